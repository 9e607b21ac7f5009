import type { ValidationLevel } from './validation/check-line.ts';

/** What the import thread is asked to do: one whole job. */
export interface ImportOrder {
  readonly jobId: string;
  readonly datastoreId: string;
  readonly databaseFile: string;
  /** Folder for the output files while they grow; emptied before and after. */
  readonly scratch: string;
  readonly endpoint: string;
  readonly inputUri: string;
  /** As the caller gave it; the job's own folder is put below it. */
  readonly outputUri: string;
  readonly kmsKeyId: string;
  readonly level: ValidationLevel;
  /** Milliseconds since the epoch; every resource of the job gets it as `lastUpdated`. */
  readonly now: number;
  readonly refuse?: RefuseFault;
}

/** Fault injection: resources (`Type/id`) that are refused whatever they hold. */
interface RefuseFault {
  readonly resources: readonly string[];
  /** 400 counts as the customer's error, 500 as the server's. */
  readonly statusCode: 400 | 500;
}

/** Counts of a job while and after it runs. */
export interface ImportCounts {
  readonly scannedFiles: number;
  readonly scannedBytes: number;
  readonly importedFiles: number;
  readonly importedBytes: number;
  readonly scanned: number;
  readonly imported: number;
  readonly customerErrors: number;
  readonly serverErrors: number;
}

export type ImportReport =
  | { readonly kind: 'progress'; readonly jobId: string; readonly counts: ImportCounts }
  | { readonly kind: 'finished'; readonly jobId: string; readonly counts: ImportCounts }
  | { readonly kind: 'failed'; readonly jobId: string; readonly message: string };

/** Folder of a job below its output location, as Describe returns it. */
export function jobOutputUri(outputUri: string, datastoreId: string, jobId: string): string {
  return `${outputUri.replace(/\/+$/, '')}/${datastoreId}-FHIR_IMPORT-${jobId}/`;
}

/** Bucket and key of an `s3://` URI. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  return { bucket, key };
}
