import type { ImportRequest } from './import-jobs.ts';

/** What a test can make an import do. `throttle` acts on the start of a job, the others on its run. */
export type ImportFault =
  | { readonly kind: 'throttle' }
  /** FAILED before anything is read; without a message Describe shows none. */
  | { readonly kind: 'fail'; readonly message?: string }
  /** These resources (`Type/id`) are refused whatever they hold; status 400 unless said otherwise. */
  | { readonly kind: 'refuse'; readonly resources: readonly string[]; readonly statusCode?: 400 | 500 };

/** Asked once at the start and once at the run of every job. */
export type ImportFaults = (moment: 'start' | 'run', request: ImportRequest) => ImportFault | undefined;
