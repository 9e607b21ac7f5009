import type { Hl7Segment } from '../hl7v2/message.ts';

/** HL7's explicit null: "the value is empty now" (SEMANTICS 1.3). */
export const NULL = '""';

/** A place that a row reads from: a repetition of a field, a part of one, or a cell of a CSV record. */
export interface Place {
  /** Text of a component or subcomponent below this place, trimmed; `''` when empty, absent or the HL7 null. */
  text(component?: number, sub?: number): string;
  /** The place as one text with its separators, line breaks and blanks kept. */
  whole(): string;
  /** All repetitions of the field at this place, as texts. */
  repeated(): readonly string[];
  /** The same field without its components split, as it was sent. */
  source(): string;
  /** From this component to the end of the repetition, with its separators: a text that was sent without escapes. */
  rest(): string;
  child(component: number, sub: number): Place;
  isNull(): boolean;
  /** The same of a component or subcomponent below this place, both from 1. */
  isNullAt(component: number, sub: number): boolean;
  /** No component beyond this number is there. */
  readonly size: number;
  /** `PID-3`, `OBX[2]-5.1`, `patients.PHONE`. */
  path(): string;
  /** Field and first component of the place, for the issues and the provenance of its parts. */
  readonly segment: Hl7Segment | undefined;
  /** Repetition of the field, from 1. */
  readonly repetition: number;
}

function settle(text: string): string {
  // Most texts begin and end with a letter or digit: there is nothing to trim, and no null.
  if (text === '' || (isWordUnit(text.charCodeAt(0)) && isWordUnit(text.charCodeAt(text.length - 1)))) return text;
  const trimmed = text.trim();
  return trimmed === NULL ? '' : trimmed;
}

/** From the digits to the letter z: no blank, no quote. */
const isWordUnit = (unit: number): boolean => unit >= 0x30 && unit <= 0x7a;

/** A code in FHIR's form: no blank at its ends, and one between its words. */
export function codeForm(text: string): string {
  // Most codes hold nothing but letters, digits and signs.
  let at = 0;
  while (at < text.length && isSign(text.charCodeAt(at))) at += 1;
  return at < text.length && WIDE.test(text) ? text.trim().replaceAll(/\s+/g, ' ') : text;
}

const isSign = (unit: number): boolean => unit > 0x20 && unit < 0x7f;

const WIDE = /^\s|\s\s|[^\S ]|\s$/;

/** Segments that a message holds once at most per patient or visit; their positions are written without an occurrence. */
const SINGLE: ReadonlySet<string> = new Set(['MSH', 'EVN', 'PID', 'PD1', 'PV1', 'PV2', 'TXA', 'MRG']);

export const isSingle = (name: string): boolean => SINGLE.has(name);

export function positionOf({ name, occurrence }: Hl7Segment, field: number): string {
  return isSingle(name) ? `${name}-${field}` : `${name}[${occurrence}]-${field}`;
}

/** The text of a place without the blanks around it; `''` for the HL7 null, and where the segment is not there. */
export function textOf(
  segment: Hl7Segment | undefined,
  field: number,
  repetition: number,
  component: number,
  sub: number,
): string {
  const text = segment === undefined ? '' : segment.text(field, repetition, component, sub);
  return text === NULL ? '' : text.trim();
}

/** One repetition of a field with its separators; `''` for the HL7 null. */
export function wholeOf(segment: Hl7Segment | undefined, field: number, repetition: number): string {
  const text = segment === undefined ? '' : segment.whole(field, repetition);
  return text === NULL ? '' : text;
}

/** A repetition of a field. Its components are cut once, whoever reads them. */
export class FieldPlace implements Place {
  readonly segment: Hl7Segment;
  readonly repetition: number;
  readonly #field: number;
  #parts: readonly (string | undefined)[] | undefined;

  constructor(segment: Hl7Segment, field: number, repetition: number) {
    this.segment = segment;
    this.#field = field;
    this.repetition = repetition;
  }

  get #plain(): readonly (string | undefined)[] {
    this.#parts ??= this.segment.plain(this.#field, this.repetition);
    return this.#parts;
  }

  text(component = 1, sub = 1): string {
    if (component < 1) return '';
    const parts = this.#plain;
    if (component > parts.length) return '';
    const part = parts[component - 1];
    if (part === undefined) return settle(this.segment.text(this.#field, this.repetition, component, sub));
    return sub === 1 ? settle(part) : '';
  }

  get size(): number {
    return this.#plain.length;
  }

  isNullAt(component: number, sub: number): boolean {
    const part = this.#plain[component - 1];
    if (part !== undefined) return sub === 1 && part === NULL;
    return this.segment.text(this.#field, this.repetition, component, sub) === NULL;
  }

  whole(): string {
    const text = this.segment.whole(this.#field, this.repetition);
    return text === NULL ? '' : text;
  }

  repeated(): readonly string[] {
    const texts: string[] = [];
    const count = this.segment.repetitions(this.#field);
    for (let at = 1; at <= count; at += 1) {
      const text = this.segment.whole(this.#field, at);
      texts.push(text === NULL ? '' : text);
    }
    return texts;
  }

  source(): string {
    return this.segment.source(this.#field, this.repetition);
  }

  rest(): string {
    return this.restFrom(1);
  }

  restFrom(component: number): string {
    const components: string[] = [];
    const count = this.segment.components(this.#field, this.repetition);
    for (let at = component; at <= count; at += 1) {
      const subs = Math.max(this.segment.subcomponents(this.#field, this.repetition, at), 1);
      const texts = Array.from({ length: subs }, (_, sub) =>
        this.segment.text(this.#field, this.repetition, at, sub + 1),
      );
      components.push(texts.join('&'));
    }
    return components.join('^');
  }

  child(component: number, sub: number): Place {
    return new PartPlace(this, component, sub);
  }

  isNull(): boolean {
    const parts = this.#plain;
    return parts.length === 1 && parts[0] === NULL;
  }

  path(): string {
    return positionOf(this.segment, this.#field);
  }
}

/** A component of a field, or a subcomponent. */
class PartPlace implements Place {
  readonly #field: FieldPlace;
  readonly #component: number;
  readonly #sub: number;

  constructor(field: FieldPlace, component: number, sub: number) {
    this.#field = field;
    this.#component = component;
    this.#sub = sub;
  }

  get segment(): Hl7Segment {
    return this.#field.segment;
  }

  get repetition(): number {
    return this.#field.repetition;
  }

  text(component = 1): string {
    if (this.#sub === 0) return this.#field.text(this.#component, component);
    return component === 1 ? this.#field.text(this.#component, this.#sub) : '';
  }

  whole(): string {
    return this.text();
  }

  repeated(): readonly string[] {
    return this.#field.repeated();
  }

  source(): string {
    return this.#field.source();
  }

  rest(): string {
    return this.#field.restFrom(this.#component);
  }

  child(component: number): Place {
    return new PartPlace(this.#field, this.#component, component);
  }

  // Subcomponents are not counted beforehand.
  get size(): number {
    return Number.POSITIVE_INFINITY;
  }

  isNullAt(component: number): boolean {
    return this.child(component).isNull();
  }

  isNull(): boolean {
    return this.#field.isNullAt(this.#component, this.#sub === 0 ? 1 : this.#sub);
  }

  path(): string {
    const path = `${this.#field.path()}.${this.#component}`;
    return this.#sub === 0 ? path : `${path}.${this.#sub}`;
  }
}

export class CellPlace implements Place {
  readonly segment = undefined;
  readonly repetition = 1;
  readonly size = 1;
  readonly #value: string;
  readonly #path: string;

  constructor(value: string, path: string) {
    this.#value = value;
    this.#path = path;
  }

  text(component = 1, sub = 1): string {
    return component === 1 && sub === 1 ? this.#value.trim() : '';
  }

  whole(): string {
    return this.#value;
  }

  repeated(): readonly string[] {
    return [this.#value];
  }

  source(): string {
    return this.#value;
  }

  rest(): string {
    return this.#value;
  }

  child(component: number, sub: number): Place {
    return component === 1 && sub <= 1 ? this : new CellPlace('', this.#path);
  }

  // A CSV export has no null of its own: an empty cell states nothing.
  isNull(): boolean {
    return false;
  }

  isNullAt(): boolean {
    return false;
  }

  path(): string {
    return this.#path;
  }
}
