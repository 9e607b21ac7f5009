import { integer, object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, import: text, sequence: integer, round: integer });

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE'] as const;
