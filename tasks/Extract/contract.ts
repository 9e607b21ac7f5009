import { integer, object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, batch: text, chunk: integer });

export interface Output {
  readonly chunk: number;
  readonly read: number;
  readonly findings: number;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'TENANT_SECRET_ID'] as const;
