import type { FunctionName } from './topology.ts';

/**
 * What a deployment may choose, as data; names and limits of the pipeline itself are in `topology.ts`.
 *
 * One stack carries one tenant: its own keys, data store, buckets and book (reliability-security 1.1: tags cannot
 * separate tenants within one data store). Names are the topology's, so each tenant has an account and Region of its own.
 */
export const settings = {
  /** Prefix `tenants/<tenant>/` of the inbox and key of `TENANTS`. */
  tenant: 'demo',
  /** Searchable logs: ISM-1988 asks for at least 12 months. CloudWatch takes listed numbers of days only. */
  logRetentionDays: 400,
  /** Audit trail: HIPAA asks six years for documentation (45 CFR 164.316(b)(2)(i)), the default is seven. */
  auditRetentionDays: 2557,
  /** Ledger backups outlive the window of point-in-time recovery (35 days). */
  backupRetentionDays: 90,
  keyDeletionDays: 30,
  /** First turns of the import's polling loop, and the later ones. */
  pollSeconds: 20,
  pollSecondsLater: 60,
  /** The most copies of each function at once; the sum leaves the account's 1,000 room for others. */
  concurrency: {
    Admit: 20,
    Receive: 20,
    Split: 20,
    Convert: 80,
    Seal: 20,
    ClaimNotes: 5,
    Extract: 10,
    SealNotes: 5,
    Claim: 5,
    Pack: 5,
    Reconcile: 16,
    Close: 5,
    Release: 5,
    Sweep: 2,
  },
} as const satisfies { concurrency: Record<FunctionName, number> } & Record<string, unknown>;
