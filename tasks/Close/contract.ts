import { anyText, integer, object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, import: text, sequence: integer, round: integer, outputUri: anyText });

export interface Output {
  /** True when something was taken back or failed on the service's side: another round packs the rest. */
  readonly again: boolean;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'DEAD_LETTER_QUEUE_URL'] as const;
