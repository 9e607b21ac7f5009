import { object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, batch: text });

export interface Output {
  readonly findings: number;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE'] as const;
