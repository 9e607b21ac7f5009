import { object, text } from '../../core/shape.ts';

export const input = object({ batch: text });

export type Output =
  /** Another execution brought this batch to its seal. */
  | { readonly batch: string; readonly sealed: true }
  | { readonly batch: string; readonly sealed: false; readonly format: 'hl7v2' | 'csv'; readonly bytes: number };

export const environment = ['INBOX_BUCKET', 'WORK_BUCKET', 'LEDGER_TABLE', 'TENANTS'] as const;

/** Bounds of one drop (threat model, "S3 drop"). */
export interface Limits {
  readonly objectKeyBytes: number;
  readonly dropBytes: number;
  readonly unpackedBytes: number;
  readonly gzipRatio: number;
}
