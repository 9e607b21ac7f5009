import { object, text } from '../../core/shape.ts';

export const input = object({ batch: text });

export interface Output {
  readonly batch: string;
  readonly tenant: string;
  /** Messages whose statements wait for the data store. */
  readonly staged: number;
  readonly notes: number;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'DEAD_LETTER_QUEUE_URL'] as const;
