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
  /** `PID-3`, `OBX[2]-5.1`, `patients.PHONE`. */
  path(): string;
  /** Field and first component of the place, for the issues and the provenance of its parts. */
  readonly segment: Hl7Segment | undefined;
  /** Repetition of the field, from 1. */
  readonly repetition: number;
}

const settle = (text: string): string => {
  const trimmed = text.trim();
  return trimmed === NULL ? '' : trimmed;
};

/** A code in FHIR's form: no blank at its ends, and one between its words. */
export const codeForm = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

/** Segments that a message holds once at most per patient or visit; their positions are written without an occurrence. */
const SINGLE: ReadonlySet<string> = new Set(['MSH', 'EVN', 'PID', 'PD1', 'PV1', 'PV2', 'TXA', 'MRG']);

export function positionOf(segment: Hl7Segment, field: number): string {
  return SINGLE.has(segment.name) ? `${segment.name}-${field}` : `${segment.name}[${segment.occurrence}]-${field}`;
}

export class FieldPlace implements Place {
  readonly segment: Hl7Segment;
  readonly repetition: number;
  readonly #field: number;
  readonly #component: number;
  readonly #sub: number;

  constructor(segment: Hl7Segment, field: number, repetition: number, component: number, sub: number) {
    this.segment = segment;
    this.#field = field;
    this.repetition = repetition;
    this.#component = component;
    this.#sub = sub;
  }

  text(component = 1, sub = 1): string {
    if (this.#component === 0) return settle(this.segment.text(this.#field, this.repetition, component, sub));
    if (this.#sub !== 0) return component === 1 ? this.#own(this.#sub) : '';
    return this.#own(component);
  }

  #own(sub: number): string {
    return settle(this.segment.text(this.#field, this.repetition, this.#component, sub));
  }

  whole(): string {
    const text = this.#component === 0 ? this.segment.whole(this.#field, this.repetition) : this.text();
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
    const components: string[] = [];
    const count = this.segment.components(this.#field, this.repetition);
    for (let at = Math.max(this.#component, 1); at <= count; at += 1) {
      const subs = Math.max(this.segment.subcomponents(this.#field, this.repetition, at), 1);
      const texts = Array.from({ length: subs }, (_, sub) =>
        this.segment.text(this.#field, this.repetition, at, sub + 1),
      );
      components.push(texts.join('&'));
    }
    return components.join('^');
  }

  child(component: number, sub: number): Place {
    if (this.#component === 0) return new FieldPlace(this.segment, this.#field, this.repetition, component, sub);
    return new FieldPlace(this.segment, this.#field, this.repetition, this.#component, component);
  }

  isNull(): boolean {
    const component = this.#component === 0 ? 1 : this.#component;
    if (this.segment.text(this.#field, this.repetition, component, this.#sub === 0 ? 1 : this.#sub) !== NULL)
      return false;
    return this.#component !== 0 || this.segment.components(this.#field, this.repetition) <= 1;
  }

  path(): string {
    const field = positionOf(this.segment, this.#field);
    if (this.#component === 0) return field;
    return this.#sub === 0 ? `${field}.${this.#component}` : `${field}.${this.#component}.${this.#sub}`;
  }
}

export class CellPlace implements Place {
  readonly segment = undefined;
  readonly repetition = 1;
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

  path(): string {
    return this.#path;
  }
}
