import { object, text } from '../../core/shape.ts';

export const input = object({ batch: text });

export interface Output {
  readonly batch: string;
  readonly chunksKey: string;
  /** Messages by the second counter. */
  readonly counted: number;
  readonly chunks: number;
}

export const environment = ['INBOX_BUCKET', 'WORK_BUCKET', 'LEDGER_TABLE'] as const;
