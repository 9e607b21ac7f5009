import { join } from 'node:path';
import type { CloudContext } from '../service.ts';
import type { Datastores } from './datastores.ts';
import type { ImportFault } from './faults.ts';
import type { ImportJob, ImportJobs } from './import-jobs.ts';
import type { ImportCounts } from './import-order.ts';
import { createImportThread } from './import-thread.ts';
import { progressReport } from './manifest.ts';

/** Runs the jobs of the region, one at a time, first in first out (developer guide, "Endpoints and quotas"). */
interface ImportQueue {
  /** Takes over a job that was just submitted. */
  accept(job: ImportJob): void;
  progressOf(jobId: string): unknown;
  /** Goes on with what a kill interrupted: a job in progress runs again, which an upsert allows. */
  resume(): void;
  stop(): Promise<void>;
}

interface ImportQueueParts {
  readonly jobs: () => ImportJobs;
  readonly datastores: Datastores;
  readonly directory: string;
  readonly context: CloudContext;
  /** Time that a job spends in SUBMITTED and in QUEUED, in milliseconds. */
  readonly stepMs: number;
  readonly faultOf: (job: ImportJob) => ImportFault | undefined;
}

export function createImportQueue({
  jobs,
  datastores,
  directory,
  context,
  stepMs,
  faultOf,
}: ImportQueueParts): ImportQueue {
  const thread = createImportThread();
  const cancels = new Set<() => void>();
  const progress = new Map<string, unknown>();
  let running: string | undefined;
  let stopped = false;

  const later = (run: () => void) => {
    const cancel = context.timers.after(stepMs, () => {
      cancels.delete(cancel);
      run();
    });
    cancels.add(cancel);
  };
  const accept = (job: ImportJob) =>
    later(() => {
      jobs().advance(job, 'QUEUED');
      later(next);
    });
  const next = () => {
    const [job] = running === undefined && !stopped ? jobs().inState('QUEUED') : [];
    if (!job) return;
    jobs().advance(job, 'IN_PROGRESS');
    void run(job);
  };

  const run = async (job: ImportJob) => {
    running = job.id;
    const started = context.timers.now();
    const seconds = () => (context.timers.now() - started) / 1000;
    const fault = faultOf(job);
    const { InputDataConfig, JobOutputDataConfig, DatastoreId, ValidationLevel } = job.request;
    const end =
      fault?.kind === 'fail'
        ? { kind: 'failed' as const, message: fault.message }
        : await thread.run(
            {
              jobId: job.id,
              datastoreId: DatastoreId,
              databaseFile: datastores.resourceFile(DatastoreId),
              scratch: join(directory, 'running', job.id),
              endpoint: context.endpoint(),
              inputUri: InputDataConfig.S3Uri,
              outputUri: JobOutputDataConfig.S3Configuration.S3Uri,
              kmsKeyId: JobOutputDataConfig.S3Configuration.KmsKeyId,
              level: ValidationLevel ?? 'strict',
              now: started,
              ...(fault?.kind === 'refuse'
                ? { refuse: { resources: fault.resources, statusCode: fault.statusCode ?? 400 } }
                : {}),
            },
            (counts) => progress.set(job.id, progressReport(counts, seconds())),
          );
    if (stopped) return;
    if (end.kind === 'failed') jobs().advance(job, 'FAILED', end.message === undefined ? {} : { message: end.message });
    else jobs().advance(job, endStatus(end.counts), { progress: progressReport(end.counts, seconds()) });
    progress.delete(job.id);
    running = undefined;
    next();
  };

  return {
    accept,
    progressOf: (jobId) => progress.get(jobId),
    resume() {
      const [interrupted] = jobs().inState('IN_PROGRESS');
      if (interrupted) void run(interrupted);
      for (const job of jobs().inState('SUBMITTED')) accept(job);
      later(next);
    },
    async stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
      await thread.stop();
    },
  };
}

function endStatus(counts: ImportCounts): 'COMPLETED' | 'COMPLETED_WITH_ERRORS' {
  return counts.customerErrors + counts.serverErrors > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED';
}
