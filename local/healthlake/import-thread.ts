import { Worker } from 'node:worker_threads';
import type { ImportCounts, ImportOrder, ImportReport } from './import-order.ts';

type ImportEnd = Extract<ImportReport, { kind: 'finished' | 'failed' }>;

/** The import's thread, started with the first job and kept, so that the R4 definitions are read once. */
interface ImportThread {
  /** Resolves when the job ended; a thread that died is a failed job. Never resolves once stopped. */
  run(order: ImportOrder, progress: (counts: ImportCounts) => void): Promise<ImportEnd>;
  stop(): Promise<void>;
}

export function createImportThread(): ImportThread {
  let worker: Worker | undefined;
  let stopped = false;
  const start = () => {
    const started = new Worker(new URL('./import-worker.ts', import.meta.url));
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };
  return {
    run(order, progress) {
      worker ??= start();
      const thread = worker;
      return new Promise((resolve) => {
        const settle = (end: ImportEnd) => {
          thread.off('message', listen);
          thread.off('error', fail);
          if (!stopped) resolve(end);
        };
        const fail = (error: Error) =>
          settle({
            kind: 'failed',
            jobId: order.jobId,
            message: `The import stopped on an internal error (${error.name})`,
          });
        const listen = (report: ImportReport) => {
          if (report.kind === 'progress') progress(report.counts);
          else settle(report);
        };
        thread.on('message', listen);
        thread.on('error', fail);
        thread.postMessage(order);
      });
    },
    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}
