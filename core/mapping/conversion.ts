import type { ResourceDraft } from '../merge/statement.ts';
import type { Issue } from '../outcome.ts';
import type { ReasonCode } from '../reasons.ts';

/** A clinical text that may go to entity extraction. The text itself stays in the work bucket. */
export interface NoteDraft {
  /** Resource that holds the note, and the root under which findings are staged (SEMANTICS 5.5). */
  readonly resource: string;
  readonly root: string;
  readonly patient: string;
  readonly encounter?: string;
  /** Field that held it: `OBX[3]-5`, `NTE[1]-3`, `notes.TEXT`. */
  readonly from: string;
  readonly text: string;
  /** FHIR dateTime of the note when the message states one. */
  readonly date?: string;
}

/** The time parts of an order key, as the message states them (SEMANTICS 2.2 to 2.4). */
export interface StatedTime {
  /** Start of the stated period, milliseconds since the epoch, read in the feed's zone where no offset is given. */
  readonly epochMs: number;
  /** 1 year, 2 month, 3 day, 4 hour, 5 minute, 6 second, 7 finer: a finer time wins a tie. */
  readonly precision: number;
  /** MSH-13, or a numeric MSH-10 when the feed declares it ordered; 0 when absent. */
  readonly sequence: number;
}

/** What the mapping made of one message. It never throws on bad data. */
export type Conversion =
  | {
      readonly state: 'mapped';
      /** `ADT^A01`, or `csv:patients`. */
      readonly messageType: string;
      readonly time: StatedTime;
      readonly resources: readonly ResourceDraft[];
      /** What tells of the message itself; made where the converter was asked for it, and never staged (SEMANTICS 10). */
      readonly envelope?: readonly ResourceDraft[];
      readonly notes: readonly NoteDraft[];
      readonly issues: readonly Issue[];
    }
  | {
      readonly state: 'filtered' | 'dead';
      readonly messageType: string;
      readonly reason: ReasonCode;
      readonly path?: string;
      readonly issues: readonly Issue[];
    };
