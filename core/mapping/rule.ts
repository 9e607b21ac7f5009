/**
 * The syntax tree that HL7, CSV and feed rows share, as the compiler writes it into the plan: plain JSON, so that the plan
 * can be committed and a compiled feed can lie in an object store. `docs/mapping-notation.md` shows the notation.
 */

/** A place in the source. A component or subcomponent of 0 means "the whole of it". */
export type Position =
  | {
      readonly kind: 'field';
      readonly segment: string;
      readonly field: number;
      readonly component: number;
      readonly sub: number;
    }
  /** Within a datatype map, counted from the value it was given: `XPN.1` has component 1. */
  | { readonly kind: 'component'; readonly component: number; readonly sub: number }
  | { readonly kind: 'column'; readonly column: string };

export type Operand =
  | { readonly kind: 'text'; readonly at: Position }
  | { readonly kind: 'count' | 'length'; readonly at: Position }
  /** The trigger event, MSH-9.2. */
  | { readonly kind: 'event' };

export type Sign = '=' | '!=' | '<' | '>' | '<=' | '>=';

export type Condition =
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'valued'; readonly at: Position }
  | { readonly op: 'in'; readonly left: Operand; readonly values: readonly string[] }
  | { readonly op: 'compare'; readonly sign: Sign; readonly left: Operand; readonly right: string | number };

/** One step of a FHIR path. `index` counts from 1; 0 where the notation gave none. */
export interface Step {
  readonly name: string;
  readonly many: boolean;
  readonly index: number;
  /** The extension's URL, for a step written `extension(url)`. */
  readonly url?: string;
}

/** A function or datatype map with the word in its brackets: `coding(LN)`. */
export interface Call {
  readonly name: string;
  readonly argument: string;
}

export interface Assignment {
  readonly to: readonly Step[];
  readonly value: unknown;
}

export interface Rule {
  readonly key: string;
  readonly from: readonly Position[];
  readonly to: readonly Step[];
  /** FHIR type of the target, which decides what a code table makes of a code. */
  readonly type: string;
  /** The target is one of the types of a choice (`value[x]`): the first row that gives a value wins. */
  readonly choice: boolean;
  /** Of a choice within the elements of a list (`component.value[x]`) its name, `value`: the first row wins in each element. */
  readonly within?: string;
  readonly via: Call;
  readonly table?: string;
  readonly set: readonly Assignment[];
  readonly when?: Condition;
  readonly slot: string;
  /** The row only says that the field was looked at and carries nothing to map. */
  readonly ignore: boolean;
}

export interface SegmentMap {
  readonly name: string;
  readonly segment: string;
  readonly resource: string;
  /** The condition under which the map speaks at all. */
  readonly when?: Condition;
  /** Number of the field whose every repetition the rows read alone; each goes to the next element of the first list. */
  readonly each?: number;
  readonly rules: readonly Rule[];
}

export interface DatatypeMap {
  readonly name: string;
  readonly datatype: string;
  /** The FHIR datatype it makes; or, with `resource`, the resource that a reference will name. */
  readonly type: string;
  readonly resource: boolean;
  /** The resource is a part of the one that refers to it, and is told apart within it by the repetition of its field. */
  readonly part?: boolean;
  readonly rules: readonly Rule[];
}

export interface CodeRow {
  readonly code: string;
  readonly display?: string;
  readonly system?: string;
}

export interface CodeTable {
  readonly name: string;
  /** System of the source codes, for the coding that is kept beside the mapped one. */
  readonly source: string;
  readonly target: string;
  /** The element takes the target's codes alone, also where it is a CodeableConcept (R4 4.1.5, required binding). */
  readonly closed?: true;
  readonly codes: Readonly<Record<string, CodeRow>>;
}
