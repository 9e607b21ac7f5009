import { flag, object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, execution: text, handOver: flag });

export interface Output {
  /** False when something was wanted since the holder looked: it goes on. */
  readonly released: boolean;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'STATE_MACHINE_ARN_PREFIX'] as const;
