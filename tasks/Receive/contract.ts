import { object, text } from '../../core/shape.ts';

export const input = object({ batch: text });

export interface Output {
  readonly batch: string;
  readonly format: 'hl7v2' | 'csv';
  readonly bytes: number;
}

export const environment = ['INBOX_BUCKET', 'WORK_BUCKET', 'LEDGER_TABLE', 'TENANTS'] as const;

/** Bounds of one drop (threat model, "S3 drop"). */
export interface Limits {
  readonly objectKeyBytes: number;
  readonly dropBytes: number;
  readonly unpackedBytes: number;
  readonly gzipRatio: number;
}
