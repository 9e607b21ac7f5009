import { object, text } from '../../core/shape.ts';

export const input = object({ tenant: text, execution: text });

export type Output =
  | { readonly held: false }
  | {
      readonly held: true;
      readonly import: string;
      readonly sequence: number;
      readonly round: number;
      readonly attempt: number;
      readonly datastoreId: string;
      readonly dataAccessRoleArn: string;
      readonly kmsKeyId: string;
    };

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'TENANTS', 'STATE_MACHINE_ARN_PREFIX'] as const;
