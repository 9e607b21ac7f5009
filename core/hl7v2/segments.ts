import type { Issue, Outcome } from '../outcome.ts';
import type { Hl7Segment } from './message.ts';
import { IndexedSegment, type MessageText } from './segment.ts';

/** Bounds on one message, so that no input can cost more than its size (reliability: threat model, HL7 content). */
export const messageLimits = {
  segments: 10_000,
  fields: 1_000,
  repetitions: 1_000,
  /** UTF-16 units of one field; OBX-5 may hold a whole document. */
  fieldLength: 64 * 1024,
  documentLength: 10 * 1024 * 1024,
} as const;

/** What a message's text was cut into. */
export interface Split {
  readonly segments: readonly Hl7Segment[];
  readonly byName: ReadonlyMap<string, readonly Hl7Segment[]>;
  readonly trailing: string | undefined;
}

/** Segments that bound messages in a file; a second one of them ends the message at hand. */
const boundaries: ReadonlySet<string> = new Set(['MSH', 'FHS', 'BHS', 'BTS', 'FTS']);

/**
 * Cuts a message's text into segments at CR, LF or CRLF.
 *
 * A line that does not begin with a segment name is a raw line break inside a field: it goes on with the segment before
 * it, and is reported. A line that begins with what can only be a broken name (`PV|1`) makes the message unreadable.
 */
export function splitSegments(message: MessageText): Outcome<Split> {
  const { text } = message;
  const reading = new Reading(message);
  let cr = text.indexOf('\r');
  let lf = text.indexOf('\n');
  let at = 0;
  while (at < text.length && !reading.done) {
    if (cr >= 0 && cr < at) cr = text.indexOf('\r', at);
    if (lf >= 0 && lf < at) lf = text.indexOf('\n', at);
    const end = firstOf(cr, lf, text.length);
    if (end > at) reading.line(at, end);
    at = end + 1;
  }
  return reading.outcome();
}

function firstOf(cr: number, lf: number, end: number): number {
  if (cr < 0) return lf < 0 ? end : lf;
  return lf < 0 || cr < lf ? cr : lf;
}

const names = new Map<number, string>();
const nameLimit = 1_000;

/**
 * A segment's name from its three characters as one number. It is the same string in all messages, kept as V8 keeps the
 * names of properties, so that it is compared by pointer: nothing is compared and looked up more often.
 */
function nameOf(characters: number, text: string, from: number): string {
  const known = names.get(characters);
  if (known !== undefined) return known;
  const name = text.slice(from, from + 3);
  const [made = name] = Object.keys({ [name]: true });
  if (names.size < nameLimit) names.set(characters, made);
  return made;
}

class Reading {
  done = false;
  private readonly message: MessageText;
  private readonly segments: IndexedSegment[] = [];
  private readonly byName = new Map<string, IndexedSegment[]>();
  /** The name of the line before as a number, and the segments of that name: most lines of a long message go on so. */
  private current = -1;
  private name = '';
  private same: IndexedSegment[] = [];
  private readonly issues: Issue[] = [];
  private failure: Issue | undefined;
  private extended = -1;
  private trailing: string | undefined;

  constructor(message: MessageText) {
    this.message = message;
  }

  line(from: number, to: number): void {
    const { text, fieldUnit } = this.message;
    const characters = nameAt(text, from, to, fieldUnit);
    if (characters < 0) {
      if (text.slice(from, to).trim() !== '') this.goOn(from, to);
    } else if (characters === this.current || this.turnTo(characters, from)) this.segment(from, to);
  }

  outcome(): Outcome<Split> {
    const failure = this.failure ?? this.firstTooLarge();
    if (failure !== undefined) return { ok: false, issues: [failure] };
    return {
      ok: true,
      value: { segments: this.segments, byName: this.byName, trailing: this.trailing },
      issues: this.issues,
    };
  }

  private firstTooLarge(): Issue | undefined {
    for (const segment of this.segments) {
      const issue = tooLarge(segment);
      if (issue !== undefined) return issue;
    }
    return undefined;
  }

  /** Goes over to segments of another name; false when that ends the message. */
  private turnTo(characters: number, from: number): boolean {
    const name = nameOf(characters, this.message.text, from);
    if (this.segments.length > 0 && boundaries.has(name)) {
      this.done = true;
      if (name === 'MSH')
        this.issues.push({ code: 'segment-unexpected', path: 'MSH[2]', detail: 'a second message follows' });
      return false;
    }
    const known = this.byName.get(name);
    this.same = known ?? [];
    if (known === undefined) this.byName.set(name, this.same);
    this.name = name;
    // A second header is a boundary, though it follows the first.
    this.current = this.segments.length === 0 ? -1 : characters;
    return true;
  }

  private segment(from: number, to: number): void {
    const { segments, same, message } = this;
    if (segments.length === messageLimits.segments) {
      this.fail({ code: 'message-too-large', detail: `more than ${messageLimits.segments} segments` });
      return;
    }
    const segment = new IndexedSegment(message, this.name, same.length + 1, segments.length, from, to);
    segments.push(segment);
    same.push(segment);
    if (message.text.charCodeAt(to - 1) === message.fieldUnit && to - from > 4) this.trailing ??= placeOf(segment);
  }

  private goOn(from: number, to: number): void {
    const last = this.segments.at(-1) as IndexedSegment;
    const path = placeOf(last);
    if (last.name === 'MSH' || isBrokenName(this.message.text, from, to, this.message.fieldUnit)) {
      this.fail({
        code: 'message-unreadable',
        path,
        detail: 'the line after this segment begins with no segment name',
      });
      return;
    }
    last.extend(to);
    if (this.extended === last.position) return;
    this.extended = last.position;
    this.issues.push({
      code: 'segment-unexpected',
      path,
      detail: 'a raw line break was taken as part of the last field',
    });
  }

  private fail(issue: Issue): void {
    this.failure = issue;
    this.done = true;
  }
}

const placeOf = (segment: Hl7Segment): string =>
  segment.occurrence === 1 ? segment.name : `${segment.name}[${segment.occurrence}]`;

const isUpper = (unit: number): boolean => unit >= 0x41 && unit <= 0x5a;
const isUpperOrDigit = (unit: number): boolean => isUpper(unit) || (unit >= 0x30 && unit <= 0x39);

/** Three characters, the first a letter, then the separator or the end of the line: as one number, -1 for none. */
function nameAt(text: string, from: number, to: number, fieldUnit: number): number {
  if (to - from < 3 || (to - from > 3 && text.charCodeAt(from + 3) !== fieldUnit)) return -1;
  const first = text.charCodeAt(from);
  const second = text.charCodeAt(from + 1);
  const third = text.charCodeAt(from + 2);
  const isName = isUpper(first) && isUpperOrDigit(second) && isUpperOrDigit(third);
  return isName ? (first << 16) | (second << 8) | third : -1;
}

/** One to four capitals and digits before a separator, where a name should be. */
function isBrokenName(text: string, from: number, to: number, fieldUnit: number): boolean {
  let at = from;
  while (at < to && at - from < 5 && isUpperOrDigit(text.charCodeAt(at))) at++;
  return at > from && at - from < 5 && at < to && text.charCodeAt(at) === fieldUnit;
}

/** Only a segment longer than the smallest limit can break one, so ordinary messages pay nothing. */
function tooLarge(segment: IndexedSegment): Issue | undefined {
  if (segment.length <= messageLimits.fields) return undefined;
  const path = placeOf(segment);
  if (segment.fieldCount > messageLimits.fields) {
    return { code: 'message-too-large', path, detail: `more than ${messageLimits.fields} fields` };
  }
  for (let field = 1; field <= segment.fieldCount; field++) {
    const length = segment.fieldLength(field);
    const document = segment.name === 'OBX' && field === 5;
    if (length > (document ? messageLimits.documentLength : messageLimits.fieldLength)) {
      return { code: 'message-too-large', path: `${path}-${field}`, detail: 'the field is longer than the limit' };
    }
    if (length >= messageLimits.repetitions && segment.repetitions(field) > messageLimits.repetitions) {
      return {
        code: 'message-too-large',
        path: `${path}-${field}`,
        detail: `more than ${messageLimits.repetitions} repetitions`,
      };
    }
  }
  return undefined;
}
