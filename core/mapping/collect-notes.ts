import type { Hl7Segment } from '../hl7v2/message.ts';
import type { NoteDraft } from './conversion.ts';
import type { Draft } from './draft.ts';
import { positionOf } from './place.ts';
import { isTextLine } from './text-line.ts';

/** A note before it is known whose it is. */
export interface NoteText {
  readonly from: string;
  readonly text: string;
}

const NOTE_TYPES: ReadonlySet<string> = new Set(['TX', 'FT']);

/** The text of an observation's lines, when they are of a text type. */
export function textOfUnit(unit: readonly Hl7Segment[]): NoteText | undefined {
  const first = unit[0];
  if (first === undefined || !NOTE_TYPES.has(first.text(2))) return undefined;
  return noteOf(first, 5, unit.map((segment) => repeated(segment, 5)).join('\n'));
}

export function textOfDocument(lines: readonly Hl7Segment[]): NoteText | undefined {
  const texts = lines.filter(isTextLine);
  const first = texts[0];
  return first === undefined ? undefined : noteOf(first, 5, texts.map((segment) => repeated(segment, 5)).join('\n'));
}

export function textOfComment(nte: Hl7Segment): NoteText | undefined {
  return noteOf(nte, 3, repeated(nte, 3));
}

function noteOf(segment: Hl7Segment, field: number, text: string): NoteText | undefined {
  const plain = text.trim();
  return plain === '' || plain === '""' ? undefined : { from: positionOf(segment, field), text: plain };
}

function repeated(segment: Hl7Segment, field: number): string {
  const texts: string[] = [];
  for (let at = 1; at <= segment.repetitions(field); at += 1) texts.push(segment.whole(field, at));
  return texts.join('\n');
}

/** A note of a resource, with the patient and visit it speaks of. */
export function noteDraft(
  note: NoteText,
  holder: Draft,
  patient: string,
  encounter: string | undefined,
  date: string | undefined,
): NoteDraft {
  return {
    resource: holder.key,
    root: holder.root,
    patient,
    ...(encounter === undefined ? {} : { encounter }),
    from: note.from,
    text: note.text,
    ...(date === undefined ? {} : { date }),
  };
}
