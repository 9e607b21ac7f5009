import type { CodeTable } from '../rule.ts';

/** A datatype map's signature, known before its rows are compiled, so that maps may use one another in any order. */
export interface Signature {
  readonly datatype: string;
  readonly type: string;
  readonly resource: boolean;
}

/** The names that rows may use: what a row is checked against. */
export interface Vocabulary {
  readonly datatypes: ReadonlyMap<string, Signature>;
  readonly tables: ReadonlyMap<string, CodeTable>;
  /** Short name of a code system -> URI. */
  readonly systems: ReadonlyMap<string, string>;
}
