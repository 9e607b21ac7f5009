import { Worker } from 'node:worker_threads';
import { semiSpaceMb } from '../../infra/topology.ts';
import type { Timers } from '../service.ts';
import type { Answer, Job, Outcome } from './worker-messages.ts';

export interface PoolSettings {
  /** Threads at most; each runs one invocation at a time. */
  readonly size: number;
  /** `process.env` of the threads, whole: nothing of the host's own reaches a task. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly memoryMb: () => number;
  readonly timers: Timers;
}

export interface WorkerPool {
  /** Runs a job when a thread is free. Failures are values: this never rejects. */
  readonly run: (job: Job) => Promise<Outcome>;
  readonly stop: () => Promise<void>;
}

interface Waiting {
  readonly job: Job;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Worker threads that run tasks apart from the port: a busy task holds nothing up, a late one is killed with its
 * thread, and a thread that dies is replaced by the next job that needs one.
 */
export function createWorkerPool(settings: PoolSettings): WorkerPool {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  const waiting: Waiting[] = [];
  const unsettled = new Set<Waiting['settle']>();
  let stopped = false;

  function next(): void {
    if (stopped || waiting.length === 0) return;
    const worker = idle.pop() ?? (busy.size < settings.size ? newWorker(settings) : undefined);
    const item = worker && waiting.shift();
    if (!item) return;
    busy.add(worker);
    void runOn(worker, item.job, settings.timers).then(({ outcome, alive }) => {
      busy.delete(worker);
      if (alive && !stopped) idle.push(worker);
      unsettled.delete(item.settle);
      item.settle(outcome);
      next();
    });
  }

  return {
    run: (job) =>
      new Promise<Outcome>((settle) => {
        unsettled.add(settle);
        if (stopped) settle({ stopped: true });
        else waiting.push({ job, settle });
        next();
      }),
    async stop() {
      stopped = true;
      for (const settle of unsettled) settle({ stopped: true });
      await Promise.all([...idle, ...busy].map((worker) => worker.terminate()));
    },
  };
}

function newWorker(settings: PoolSettings): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    env: { ...settings.environment() },
    execArgv: [],
    // A young generation is three semi-spaces.
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb(), maxYoungGenerationSizeMb: 3 * semiSpaceMb },
  });
  // An idle thread does not keep the process up; one that dies is noticed by whoever waits for it.
  worker.unref();
  worker.on('error', () => undefined);
  return worker;
}

/** One job on one thread; the thread is not alive after a timeout or a death of its own. */
function runOn(worker: Worker, job: Job, timers: Timers): Promise<{ outcome: Outcome; alive: boolean }> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome, alive: boolean): void => {
      cancel();
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      worker.unref();
      resolve({ outcome, alive });
    };
    const onMessage = ({ id, ...outcome }: Answer): void => {
      if (id === job.id) end(outcome as Outcome, true);
    };
    const onExit = (): void => end(exited(job), false);
    const cancel = timers.after(job.timeMs, () => {
      end(timedOut(job), false);
      void worker.terminate();
    });
    worker.ref();
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    worker.postMessage(job);
  });
}

/** As Lambda words it; `Sandbox.Timedout` is what a state machine catches. */
function timedOut(job: Job): Outcome {
  const errorMessage = `RequestId: ${job.id} Error: Task timed out after ${(job.timeMs / 1000).toFixed(2)} seconds`;
  return { failure: { errorType: 'Sandbox.Timedout', errorMessage } };
}

function exited(job: Job): Outcome {
  const errorMessage = `RequestId: ${job.id} Error: Runtime exited with error: exit status 1`;
  return { failure: { errorType: 'Runtime.ExitError', errorMessage } };
}
