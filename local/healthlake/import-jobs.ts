import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../database.ts';
import type { CloudContext } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { idForToken, pageOf, positionOf } from './control-book.ts';
import { type Datastores, datastoreArn } from './datastores.ts';
import { jobOutputUri } from './import-order.ts';
import { requireShape } from './shape.ts';
import { shapes } from './shapes.ts';

type Input = Record<string, unknown>;
export type JobStatus = 'SUBMITTED' | 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED';

/** The members of StartFHIRImportJob, after the checks. */
export interface ImportRequest {
  readonly InputDataConfig: { readonly S3Uri: string };
  readonly JobOutputDataConfig: { readonly S3Configuration: { readonly S3Uri: string; readonly KmsKeyId: string } };
  readonly DatastoreId: string;
  readonly DataAccessRoleArn: string;
  readonly JobName?: string;
  readonly ValidationLevel?: 'strict' | 'structure-only';
}

export interface ImportJob {
  readonly seq: number;
  readonly id: string;
  readonly status: JobStatus;
  /** Milliseconds since the epoch. */
  readonly submitted: number;
  readonly request: ImportRequest;
}

/** The import jobs' book. */
export interface ImportJobs {
  /** Checks and keeps a job; `fresh` is false when its client token was seen with the same request. */
  submit(input: Input): { readonly job: ImportJob; readonly fresh: boolean };
  describe(input: Input): unknown;
  list(input: Input): unknown;
  /** Jobs in a state, oldest first. */
  inState(status: JobStatus): ImportJob[];
  /** Moves a job on and tells EventBridge, as one change. */
  advance(job: ImportJob, status: JobStatus, end?: { readonly message?: string; readonly progress?: unknown }): void;
}

/** Jobs that may wait per data store (developer guide, "Endpoints and quotas"). */
const MAX_QUEUED = 25;
const DETAIL_TYPES: Readonly<Record<JobStatus, string>> = {
  SUBMITTED: 'Import Job Submitted',
  QUEUED: 'Import Job Queued',
  IN_PROGRESS: 'Import Job In Progress',
  COMPLETED: 'Import Job Completed',
  COMPLETED_WITH_ERRORS: 'Import Job Completed With Errors',
  FAILED: 'Import Job Failed',
};

export function createImportJobs(
  database: DatabaseSync,
  datastores: Datastores,
  context: CloudContext,
  progressOf: (jobId: string) => unknown,
): ImportJobs {
  const find = (id: string) => database.prepare('SELECT * FROM jobs WHERE id = ?').get(id) as Row | undefined;
  const tell = (job: ImportJob, status: JobStatus) =>
    context.publish({
      source: 'aws.healthlake',
      'detail-type': DETAIL_TYPES[status],
      resources: [datastoreArn(job.request.DatastoreId)],
      detail: {
        jobId: job.id,
        submitTime: new Date(job.submitted).toISOString(),
        datastoreId: job.request.DatastoreId,
        inputDataConfig: { s3Uri: job.request.InputDataConfig.S3Uri },
      },
    });
  const properties = (row: Row) => {
    const { InputDataConfig, JobOutputDataConfig, DatastoreId, DataAccessRoleArn, JobName, ValidationLevel } =
      jobOf(row).request;
    const { S3Uri, KmsKeyId } = JobOutputDataConfig.S3Configuration;
    const progress = row.progress === null ? progressOf(row.id) : JSON.parse(row.progress);
    return {
      JobId: row.id,
      ...(JobName === undefined ? {} : { JobName }),
      JobStatus: row.status,
      SubmitTime: row.submitted / 1000,
      ...(row.ended === null ? {} : { EndTime: row.ended / 1000 }),
      DatastoreId,
      InputDataConfig,
      JobOutputDataConfig: { S3Configuration: { S3Uri: jobOutputUri(S3Uri, DatastoreId, row.id), KmsKeyId } },
      ...(progress ? { JobProgressReport: progress } : {}),
      DataAccessRoleArn,
      ...(row.message === null ? {} : { Message: row.message }),
      ValidationLevel: ValidationLevel ?? 'strict',
    };
  };

  return {
    submit(input) {
      requireShape(shapes.startImport, input);
      const request = input as unknown as ImportRequest;
      datastores.requireActive(request.DatastoreId);
      const { id, known, remember } = idForToken(database, `import ${request.DatastoreId}`, input);
      if (known) return { job: jobOf(rowOf(find(id))), fresh: false };
      if (input['ValidationLevel'] === 'minimal')
        throw new ServiceError(
          'ValidationException',
          `ValidationLevel 'minimal' is not implemented by the embedded cloud`,
        );
      requireRoom(database, request.DatastoreId);
      inTransaction(database, () => {
        remember();
        database
          .prepare('INSERT INTO jobs (id, datastore, name, status, submitted, request) VALUES (?, ?, ?, ?, ?, ?)')
          .run(
            id,
            request.DatastoreId,
            request.JobName ?? null,
            'SUBMITTED',
            context.timers.now(),
            JSON.stringify(request),
          );
        tell(jobOf(rowOf(find(id))), 'SUBMITTED');
      });
      return { job: jobOf(rowOf(find(id))), fresh: true };
    },
    describe(input) {
      requireShape(shapes.describeImport, input);
      const row = find(String(input['JobId']));
      datastores.require(String(input['DatastoreId']));
      if (!row || row.datastore !== input['DatastoreId'])
        throw new ServiceError('ResourceNotFoundException', 'The import job does not exist in the data store', 404);
      return { ImportJobProperties: properties(row) };
    },
    list(input) {
      requireShape(shapes.listImports, input);
      datastores.require(String(input['DatastoreId']));
      const rows = database
        .prepare('SELECT * FROM jobs WHERE datastore = ? AND seq > ? ORDER BY seq')
        .all(String(input['DatastoreId']), positionOf(input['NextToken'])) as unknown as Row[];
      const { page, next } = pageOf(
        rows.filter((row) => passes(row, input)),
        Number(input['MaxResults'] ?? 100),
      );
      return { ImportJobPropertiesList: page.map(properties), ...(next ? { NextToken: next } : {}) };
    },
    inState(status) {
      return (database.prepare('SELECT * FROM jobs WHERE status = ? ORDER BY seq').all(status) as unknown as Row[]).map(
        jobOf,
      );
    },
    advance(job, status, end) {
      const ended = status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS' || status === 'FAILED';
      inTransaction(database, () => {
        database
          .prepare('UPDATE jobs SET status = ?, ended = ?, message = ?, progress = ? WHERE id = ?')
          .run(
            status,
            ended ? context.timers.now() : null,
            end?.message ?? null,
            end?.progress ? JSON.stringify(end.progress) : null,
            job.id,
          );
        tell(job, status);
      });
    },
  };
}

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly datastore: string;
  readonly name: string | null;
  readonly status: JobStatus;
  readonly submitted: number;
  readonly ended: number | null;
  readonly message: string | null;
  readonly request: string;
  readonly progress: string | null;
}

function rowOf(row: Row | undefined): Row {
  if (!row) throw new Error('An import job that was kept is gone');
  return row;
}

function jobOf({ seq, id, status, submitted, request }: Row): ImportJob {
  return { seq, id, status, submitted, request: JSON.parse(request) as ImportRequest };
}

/** AWS does not document what the 26th gets; throttling is what a caller can act on. */
function requireRoom(database: DatabaseSync, datastoreId: string): void {
  const waiting = database
    .prepare(`SELECT count(*) AS total FROM jobs WHERE datastore = ? AND status IN ('SUBMITTED', 'QUEUED')`)
    .get(datastoreId);
  if (Number(waiting?.['total']) >= MAX_QUEUED) {
    throw new ServiceError('ThrottlingException', `The data store has ${MAX_QUEUED} import jobs waiting`, 429);
  }
}

function passes(row: Row, filter: Input): boolean {
  return (
    (filter['JobName'] ?? row.name) === row.name &&
    (filter['JobStatus'] ?? row.status) === row.status &&
    row.submitted / 1000 < Number(filter['SubmittedBefore'] ?? Infinity) &&
    row.submitted / 1000 > Number(filter['SubmittedAfter'] ?? -Infinity)
  );
}
