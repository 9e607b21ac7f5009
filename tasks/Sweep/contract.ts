export interface Output {
  /** Executions that were started again. */
  readonly started: number;
}

export const environment = ['WORK_BUCKET', 'LEDGER_TABLE', 'TENANTS', 'STATE_MACHINE_ARN_PREFIX'] as const;

/** A batch that has not moved for this long, and has no execution, is taken up again. */
export const STANDS_STILL_MS = 10 * 60 * 1000;
