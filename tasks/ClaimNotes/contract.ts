import { object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, execution: text });

export type Output =
  | { readonly held: false }
  | { readonly held: true; readonly batch: string; readonly notesKey: string };

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'STATE_MACHINE_ARN_PREFIX'] as const;
