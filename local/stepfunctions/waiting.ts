import type { Timers } from '../service.ts';
import { Aborted } from './states-error.ts';

/** Longest delay that a timer of Node takes is 2^31 - 1 ms; a longer wait is taken in steps. */
const LONGEST_STEP_MS = 2_000_000_000;

/** Ends at `deadline` (milliseconds since the epoch); throws `Aborted` when the scope is told to stop. */
export async function waitUntil(timers: Timers, deadline: number, signal: AbortSignal): Promise<void> {
  for (let rest = deadline - timers.now(); rest > 0; rest = deadline - timers.now()) {
    await step(timers, Math.min(rest, LONGEST_STEP_MS), signal);
  }
  if (signal.aborted) throw new Aborted();
}

function step(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(new Aborted());
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(new Aborted());
    };
    const cancel = timers.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs `work` until it ends, the scope is told to stop (`Aborted`), or `delayMs` have passed (`late` is thrown). The
 * signal that `work` is given is aborted in the latter two cases.
 */
export async function within<Result>(
  limits: { timers: Timers; signal: AbortSignal; delayMs: number; late: () => Error },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  const stop = AbortSignal.any([limits.signal, own.signal]);
  const deadline = limits.timers.now() + limits.delayMs;
  const ring = Number.isFinite(limits.delayMs)
    ? waitUntil(limits.timers, deadline, stop).then(() => Promise.reject(limits.late()))
    : aborted(stop);
  const running = work(stop);
  running.catch(() => undefined);
  ring.catch(() => undefined);
  try {
    return await Promise.race([running, ring]);
  } finally {
    own.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new Aborted());
    signal.addEventListener('abort', () => reject(new Aborted()), { once: true });
  });
}

/** A controller that also stops when its parent does. `release` must be called, or the parent holds it for ever. */
export function childController(parent: AbortSignal): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  return { controller, release: () => parent.removeEventListener('abort', follow) };
}
