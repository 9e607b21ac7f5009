import { parentPort } from 'node:worker_threads';
import type { ImportOrder, ImportReport } from './import-order.ts';
import { ImportFailure, runImport } from './run-import.ts';

/** The thread that runs import jobs, one after another: validation is CPU work that must not hold up the port. */
const port = parentPort;
if (!port) throw new Error('import-worker must be started as a worker thread');
const tell = (report: ImportReport) => port.postMessage(report);

async function run(order: ImportOrder): Promise<void> {
  try {
    tell({ kind: 'finished', jobId: order.jobId, counts: await runImport(order, tell) });
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    tell({ kind: 'failed', jobId: order.jobId, message: error.message });
  }
}

port.on('message', (order: ImportOrder) => void run(order));
