import type { ReasonCode } from './reasons.ts';

/**
 * One finding about one message. It names the place, never the value: issues are printed, counted and queued.
 *
 * `path` is a position as the standard writes it (`PID-3.4`, `OBX[2]-5`) or a CSV column (`patients.BIRTHDATE`).
 */
export interface Issue {
  readonly code: ReasonCode;
  readonly path?: string;
  /** Further fixed words for the analyst; never text taken from a message. */
  readonly detail?: string;
}

/** A value with what was noticed on the way, or only the issues that prevented it. Bad data never throws. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };
