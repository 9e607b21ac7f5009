import type { Charset } from './charset.ts';
import { type Delimiters, unescapeText } from './escape.ts';
import type { Hl7Segment } from './message.ts';

/** What all segments of one message share: its text, and its encoding characters as UTF-16 units, -1 for an unused one. */
export interface MessageText {
  readonly text: string;
  readonly delimiters: Delimiters;
  readonly charset: Charset;
  readonly fieldUnit: number;
  readonly componentUnit: number;
  readonly repetitionUnit: number;
  readonly subcomponentUnit: number;
  readonly escapeUnit: number;
}

/**
 * A segment as a range of its message's text. Field places are found when first asked for; nothing else is kept.
 *
 * A text it answers may be a slice that keeps the whole message alive: whoever keeps texts beyond the message copies them.
 */
export class IndexedSegment implements Hl7Segment {
  readonly name: string;
  readonly occurrence: number;
  readonly position: number;
  private readonly message: MessageText;
  private readonly start: number;
  private end: number;
  /** Field n spans starts[n] to starts[n + 1] - 1. In MSH, field 2 follows the separator that is field 1. */
  private starts: number[] | undefined;
  /** Whether a repetition separator stands anywhere; most segments have none, and none of their fields is looked through. */
  private repeats = true;
  /** The range that the last `field`, `narrow` or `skip` found. */
  private from = 0;
  private to = 0;

  constructor(message: MessageText, name: string, occurrence: number, position: number, start: number, end: number) {
    this.message = message;
    this.name = name;
    this.occurrence = occurrence;
    this.position = position;
    this.start = start;
    this.end = end;
  }

  get fieldCount(): number {
    return this.index().length - 2;
  }

  /** Length in UTF-16 units. */
  get length(): number {
    return this.end - this.start;
  }

  /** Takes the text up to `end` in: a line that is no segment goes on with the last field. */
  extend(end: number): void {
    this.end = end;
    this.starts = undefined;
  }

  /** Length of a field in UTF-16 units. */
  fieldLength(field: number): number {
    this.field(field);
    return this.to - this.from;
  }

  has(field: number): boolean {
    return this.field(field);
  }

  repetitions(field: number): number {
    if (!this.field(field)) return 0;
    return !this.repeats || this.raw(field) ? 1 : this.count(this.message.repetitionUnit);
  }

  components(field: number, repetition = 1): number {
    if (!this.field(field)) return 0;
    if (this.raw(field)) return repetition === 1 ? 1 : 0;
    return this.narrowTo(repetition) ? this.count(this.message.componentUnit) : 0;
  }

  subcomponents(field: number, repetition: number, component: number): number {
    if (!this.field(field)) return 0;
    if (this.raw(field)) return repetition === 1 && component === 1 ? 1 : 0;
    const { componentUnit, subcomponentUnit } = this.message;
    if (!this.narrowTo(repetition) || !this.narrow(componentUnit, component)) return 0;
    return this.count(subcomponentUnit);
  }

  text(field: number, repetition = 1, component = 1, subcomponent = 1): string {
    if (!this.field(field)) return '';
    if (this.raw(field)) return repetition + component + subcomponent === 3 ? this.slice() : '';
    if (!this.skip(repetition, component, subcomponent)) return '';
    return this.cutAtAny() ? this.unescaped() : this.slice();
  }

  plain(field: number, repetition: number): readonly (string | undefined)[] {
    if (!this.field(field)) return [];
    if (this.raw(field)) return repetition === 1 ? [this.slice()] : [];
    return this.pass(repetition, this.message.repetitionUnit, -1, -1) ? this.plainParts() : [];
  }

  source(field: number, repetition = 1): string {
    if (!this.field(field)) return '';
    if (this.raw(field)) return repetition === 1 ? this.slice() : '';
    return this.narrowTo(repetition) ? this.slice() : '';
  }

  whole(field: number, repetition = 1): string {
    if (!this.field(field)) return '';
    if (this.raw(field)) return repetition === 1 ? this.slice() : '';
    return this.narrowTo(repetition) ? this.unescaped() : '';
  }

  /** MSH-1 and MSH-2 are the encoding characters themselves: neither cut nor unescaped. */
  private raw(field: number): boolean {
    return field <= 2 && this.name === 'MSH';
  }

  private index(): number[] {
    if (this.starts !== undefined) return this.starts;
    const { text, fieldUnit, repetitionUnit } = this.message;
    const starts = this.name === 'MSH' ? [this.start, this.start + 3] : [this.start];
    let repeats = false;
    for (let at = this.start + 3; at < this.end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === fieldUnit) starts.push(at + 1);
      else if (unit === repetitionUnit) repeats = true;
    }
    this.repeats = repeats;
    starts.push(this.end + 1);
    this.starts = starts;
    return starts;
  }

  private field(field: number): boolean {
    const starts = this.index();
    if (!(field >= 1 && field < starts.length - 1)) return false;
    this.from = starts[field] as number;
    this.to = field === 1 && this.name === 'MSH' ? this.from + 1 : (starts[field + 1] as number) - 1;
    return this.to > this.from;
  }

  /** Moves the beginning of the range to a part, in one pass; false when there is none. */
  private skip(repetition: number, component: number, subcomponent: number): boolean {
    const { repetitionUnit, componentUnit, subcomponentUnit } = this.message;
    return (
      this.pass(repetition, repetitionUnit, -1, -1) &&
      this.pass(component, componentUnit, repetitionUnit, -1) &&
      this.pass(subcomponent, subcomponentUnit, componentUnit, repetitionUnit)
    );
  }

  /** Passes so many separators that the part of this number begins; false when it meets the end or another separator. */
  private pass(part: number, unit: number, stop: number, otherStop: number): boolean {
    const { text } = this.message;
    let left = part - 1;
    let at = this.from;
    for (; left > 0 && at < this.to; at++) {
      const found = text.charCodeAt(at);
      if (found === unit) left--;
      else if (found === stop || found === otherStop) return false;
    }
    this.from = at;
    return left === 0;
  }

  /** Narrows the field to a repetition; false when it has fewer. */
  private narrowTo(repetition: number): boolean {
    return this.repeats ? this.narrow(this.message.repetitionUnit, repetition) : repetition === 1;
  }

  /** Narrows the range to its n-th part; false when it has fewer. */
  private narrow(unit: number, part: number): boolean {
    const { text } = this.message;
    let from = this.from;
    for (let skip = part; skip > 1; skip--) {
      from = nextUnit(text, from, this.to, unit) + 1;
      if (from > this.to) return false;
    }
    if (part < 1) return false;
    this.from = from;
    this.to = nextUnit(text, from, this.to, unit);
    return true;
  }

  /** The components from the beginning of the range to the end of the repetition, in one pass. */
  private plainParts(): (string | undefined)[] {
    const { text, repetitionUnit, componentUnit, subcomponentUnit, escapeUnit } = this.message;
    let from = this.from;
    let plain = true;
    let at = from;
    while (at < this.to && isPlainUnit(text.charCodeAt(at), this.message)) at++;
    // A list that grows takes room for many, and most fields have one component.
    if (at === this.to) return [text.slice(from, at)];
    const parts: (string | undefined)[] = [];
    at = from;
    for (; at < this.to; at++) {
      const unit = text.charCodeAt(at);
      if (unit === componentUnit) {
        parts.push(plain ? text.slice(from, at) : undefined);
        from = at + 1;
        plain = true;
      } else if (unit === repetitionUnit) break;
      else if (unit === subcomponentUnit || unit === escapeUnit) plain = false;
    }
    parts.push(plain ? text.slice(from, at) : undefined);
    return parts;
  }

  /** Ends the range at the first separator of any kind; true when an escape mark stands before it. */
  private cutAtAny(): boolean {
    const { text, repetitionUnit, componentUnit, subcomponentUnit, escapeUnit } = this.message;
    let escaped = false;
    let at = this.from;
    for (; at < this.to; at++) {
      const unit = text.charCodeAt(at);
      if (unit === componentUnit || unit === repetitionUnit || unit === subcomponentUnit) break;
      if (unit === escapeUnit) escaped = true;
    }
    this.to = at;
    return escaped;
  }

  /** How many parts the range has; none when it is empty. */
  private count(unit: number): number {
    if (this.from === this.to) return 0;
    let parts = 1;
    for (let at = this.from; at < this.to; at++) if (this.message.text.charCodeAt(at) === unit) parts++;
    return parts;
  }

  private slice(): string {
    return this.message.text.slice(this.from, this.to);
  }

  private unescaped(): string {
    return unescapeText(this.slice(), this.message.delimiters, this.message.charset);
  }
}

/** Neither a separator nor an escape mark. */
function isPlainUnit(unit: number, message: MessageText): boolean {
  return (
    unit !== message.componentUnit &&
    unit !== message.repetitionUnit &&
    unit !== message.subcomponentUnit &&
    unit !== message.escapeUnit
  );
}

/** Place of a unit in the range, or its end. Bounded by hand: `indexOf` would run on to the end of the message. */
function nextUnit(text: string, from: number, to: number, unit: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) !== unit) at++;
  return at;
}
