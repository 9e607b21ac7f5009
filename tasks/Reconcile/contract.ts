import { anyText, integer, object, text } from '../../core/shape.ts';

/** `outputUri` is '' when nothing had to be imported. */
export const input = object({
  tenant: text,
  import: text,
  sequence: integer,
  round: integer,
  partition: integer,
  outputUri: anyText,
});

export interface Output {
  readonly partition: number;
  readonly confirmed: number;
  readonly exceptions: number;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE'] as const;
