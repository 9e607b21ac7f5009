import { chunkShape } from '../../core/ledger/chunk.ts';
import { flag, object, text } from '../../core/shape.ts';

export const input = object({ batch: text, chunk: chunkShape, careful: flag });

export interface Output {
  readonly chunk: number;
  readonly staged: number;
  readonly ended: number;
}

export const environment = ['INBOX_BUCKET', 'WORK_BUCKET', 'LEDGER_TABLE', 'TENANT_SECRET_ID'] as const;
