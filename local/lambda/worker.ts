import { parentPort } from 'node:worker_threads';
import type { CreateHandler, TaskHandler } from './task-function.ts';
import type { FunctionFailure, Job, Outcome } from './worker-messages.ts';

// The thread that runs tasks: one invocation at a time, handlers kept for the next one (a warm start).
const handlers = new Map<string, TaskHandler>();

parentPort?.on('message', (job: Job) => {
  void run(job).then((outcome) => parentPort?.postMessage({ id: job.id, ...outcome }));
});

async function run(job: Job): Promise<Outcome> {
  const deadline = performance.now() + job.timeMs;
  try {
    const handler = await handlerOf(job);
    const result = await handler(JSON.parse(job.event), {
      awsRequestId: job.id,
      invokedFunctionArn: job.functionArn,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    });
    return { result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

async function handlerOf(job: Job): Promise<TaskHandler> {
  const known = handlers.get(job.name);
  if (known) return known;
  const { createHandler } = (await import(job.module)) as { createHandler: CreateHandler };
  const handler = createHandler(job.environment);
  handlers.set(job.name, handler);
  return handler;
}

/** The error's `name` becomes the error type, as in Lambda's runtime; state machines route on it. */
function failureOf(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
