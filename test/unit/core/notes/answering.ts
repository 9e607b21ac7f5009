import { createHash } from 'node:crypto';
import type { Attribute, Concept, Entity, NoteAnswers } from '../../../../core/notes/answers.ts';
import type { NoteContext } from '../../../../core/notes/note.ts';

/** SHA-256 as the ports give it. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export function noteOf(text: string, change: Partial<NoteContext> = {}): NoteContext {
  return {
    tenant: 'demo',
    resource: 'DocumentReference/doc-1',
    root: 'DocumentReference/doc-1',
    patient: 'Patient/pat-1',
    encounter: 'Encounter/enc-1',
    from: 'OBX[1]-5',
    date: '2024-03-01',
    text,
    ...change,
  };
}

/** Code-point offsets of the nth occurrence of some words in a text; throws when they are not there. */
export function place(text: string, words: string, nth = 1): { BeginOffset: number; EndOffset: number; Text: string } {
  let at = -1;
  for (let count = 0; count < nth; count += 1) at = text.indexOf(words, at + 1);
  if (at < 0) throw new Error('The words are not in the text');
  const begin = Array.from(text.slice(0, at)).length;
  return { BeginOffset: begin, EndOffset: begin + Array.from(words).length, Text: words };
}

const traitsOf = (names: readonly string[]) => names.map((Name) => ({ Name, Score: 0.9 }));

interface Wording {
  readonly nth?: number;
  readonly traits?: readonly string[];
  readonly score?: number;
  readonly attributes?: readonly Attribute[];
}

function entity(text: string, words: string, wording: Wording): Entity {
  return {
    ...place(text, words, wording.nth),
    Score: wording.score ?? 0.98,
    Traits: traitsOf(wording.traits ?? []),
    Attributes: wording.attributes ?? [],
  };
}

export function diagnosis(text: string, words: string, concepts: readonly Concept[], wording: Wording = {}): Entity {
  return { ...entity(text, words, wording), Category: 'MEDICAL_CONDITION', Type: 'DX_NAME', ICD10CMConcepts: concepts };
}

export function drug(text: string, words: string, concepts: readonly Concept[], wording: Wording = {}): Entity {
  return { ...entity(text, words, wording), Category: 'MEDICATION', Type: 'GENERIC_NAME', RxNormConcepts: concepts };
}

export function detected(text: string, words: string, category: string, type: string, wording: Wording = {}): Entity {
  return { ...entity(text, words, wording), Category: category, Type: type };
}

export function attribute(text: string, words: string, type: string, nth = 1): Attribute {
  return { ...place(text, words, nth), Type: type, Score: 0.9, Traits: [] };
}

export const pneumonia: Concept = { Code: 'J18.9', Description: 'Pneumonia, unspecified organism', Score: 0.8 };

/** Answers of one piece that is the whole note. */
export function answersOf(parts: {
  readonly icd10?: readonly Entity[];
  readonly rxnorm?: readonly Entity[];
  readonly entities?: readonly Entity[];
}): NoteAnswers {
  const piece = (entities: readonly Entity[] = [], model = '3.3.0') => [
    { offset: 0, answer: { Entities: entities, ModelVersion: model } },
  ];
  return {
    icd10: piece(parts.icd10, '3.3.0.20251001'),
    rxnorm: piece(parts.rxnorm, '3.3.0.20221107'),
    entities: piece(parts.entities),
  };
}
