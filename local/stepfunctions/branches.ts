import { loadFrame } from './frames.ts';
import type { Beginning, RunScope, Scope } from './scope.ts';
import { Aborted } from './states-error.ts';
import { childController } from './waiting.ts';

/** One branch of a Parallel state or one iteration of an inline Map. */
export interface Branch {
  readonly scope: Omit<Scope, 'signal' | 'run'>;
  /** Called when it has not begun yet; gives its input and notes what belongs before its first event. */
  readonly begin: () => Beginning;
  readonly ended?: (failed: boolean) => void;
}

/**
 * Runs branches, `concurrency` at a time; results are in order. The first that fails stops the others and is thrown.
 * Branches that ended before a restart are not run again.
 */
export async function runBranches(
  scope: Scope,
  branches: readonly Branch[],
  concurrency: number,
  runScope: RunScope,
): Promise<unknown[]> {
  const { controller, release } = childController(scope.signal);
  const results: unknown[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function runSome(): Promise<void> {
    for (let index = next++; index < branches.length && failures.length === 0; index = next++) {
      const branch = branches[index] as Branch;
      try {
        results[index] = await runOne(scope, branch, controller.signal, runScope);
      } catch (thrown) {
        if (!(thrown instanceof Aborted)) branch.ended?.(true);
        failures.push(thrown);
        controller.abort();
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, branches.length) }, runSome));
  } finally {
    release();
  }
  if (scope.signal.aborted) throw new Aborted();
  if (failures.length > 0) throw failures[0];
  return results;
}

async function runOne(scope: Scope, branch: Branch, signal: AbortSignal, runScope: RunScope): Promise<unknown> {
  const { run } = scope;
  const done = loadFrame(run.engine.store, run.row.arn, branch.scope.path)?.output;
  if (done) return done.value;
  const value = await runScope({ ...branch.scope, run, signal }, branch.begin);
  branch.ended?.(false);
  return value;
}
