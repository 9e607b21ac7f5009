import type { NoteDraft } from '../mapping/conversion.ts';

/** A note and whose it is. `resource`, `root`, `patient` and `encounter` are `Type/id`. */
export interface NoteContext extends NoteDraft {
  readonly tenant: string;
}
