import type { NoteDraft } from '../mapping/conversion.ts';

/** One line of `notes/<chunk>.ndjson`: a note with the message it came from and that message's order key. */
export interface StagedNote extends NoteDraft {
  readonly ordinal: number;
  readonly order: string;
  /** Keyed hash of the text, by which findings are tied to it. */
  readonly hash: string;
}
