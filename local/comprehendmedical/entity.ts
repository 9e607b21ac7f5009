import type { Term } from './dictionary/terms.ts';
import type { Span } from './find-terms.ts';

export type Category =
  | 'MEDICATION'
  | 'MEDICAL_CONDITION'
  | 'PROTECTED_HEALTH_INFORMATION'
  | 'TEST_TREATMENT_PROCEDURE'
  | 'ANATOMY'
  | 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL';

/** Something said of an entity: a dose, a side, a value. */
export interface FoundAttribute extends Span {
  readonly type: string;
}

/** An entity before it is put into one operation's shape; positions are UTF-16. */
export interface FoundEntity extends Span {
  readonly category: Category;
  readonly type: string;
  readonly traits: readonly string[];
  readonly attributes: readonly FoundAttribute[];
  readonly term?: Term;
}

/** What was read out of a text. */
export interface Reading {
  readonly entities: readonly FoundEntity[];
  /** Doses and the like that belong to no drug that is known. */
  readonly unmapped: readonly FoundAttribute[];
}
