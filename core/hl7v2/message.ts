/**
 * What the mapping may ask of a parsed message. Positions are 1-based as in the standard (HL7 v2.9 chapter 2); in MSH,
 * field 1 is the separator itself. All texts are decoded from the charset and unescaped.
 */
export interface Hl7Segment {
  readonly name: string;
  /** 1-based place among the message's segments of the same name: the 2 of `OBX[2]`. */
  readonly occurrence: number;
  /** 0-based place among all segments of the message. */
  readonly position: number;
  /** Highest field number that is present. */
  readonly fieldCount: number;
  /** Whether a field holds anything at all; the cheapest question. */
  has(field: number): boolean;
  /** How many repetitions a field holds; 0 when absent or empty. */
  repetitions(field: number): number;
  /** How many components a repetition holds; 0 when absent or empty. */
  components(field: number, repetition?: number): number;
  /** How many subcomponents a component holds; 0 when absent or empty. */
  subcomponents(field: number, repetition: number, component: number): number;
  /**
   * Text at a place, `''` when absent or empty, `'""'` when it is the HL7 null. Repetition, component and subcomponent
   * are 1 when not given. A field without components is its own first component.
   */
  text(field: number, repetition?: number, component?: number, subcomponent?: number): string;
  /**
   * The texts of a repetition's components; one that has subcomponents or escapes is left `undefined` and wants `text`.
   * For whoever reads many components of one value.
   */
  plain(field: number, repetition: number): readonly (string | undefined)[];
  /** One whole repetition as sent, separators and escapes kept, only decoded from its charset; for provenance and local use. */
  source(field: number, repetition?: number): string;
  /** One whole repetition unescaped with separators as plain text: for fields that are text whatever they contain (TX, FT, ST). */
  whole(field: number, repetition?: number): string;
}

export interface Hl7Message {
  readonly segments: readonly Hl7Segment[];
  /** First segment of this name. */
  first(name: string): Hl7Segment | undefined;
  all(name: string): readonly Hl7Segment[];
  /** The first segment that ends in separators without a value, `PID[2]`; HL7 permits them (HL7 v2.9 2.5.3). */
  readonly trailing: string | undefined;
  /** MSH-9.1, MSH-9.2, MSH-9.3 as stated (9.3 is '' in versions that lack it). */
  readonly type: { readonly code: string; readonly event: string; readonly structure: string };
}
