import { dropChildFrames, type Frame, saveFrame } from './frames.ts';
import { complete, type Scope, type Step } from './scope.ts';
import {
  Aborted,
  abortion,
  asStatesError,
  catcherFor,
  retrierFor,
  retryDelay,
  type StatesError,
} from './states-error.ts';
import type { RecoverableState } from './states-language.ts';
import { waitUntil } from './waiting.ts';

/**
 * Runs a Task, Parallel or Map state with its `Retry` and then its `Catch` (developer guide, "concepts-error-handling").
 * Attempts and the end of a delay are saved, so that a restart neither retries anew nor waits again. A failing
 * `Output` or `Assign` of the state counts as its error; one of a catcher does not.
 */
export async function recovering(
  scope: Scope,
  frame: Frame,
  state: RecoverableState,
  work: () => Promise<unknown>,
): Promise<Step> {
  for (;;) {
    try {
      await endDelay(scope, frame);
      const result = await work();
      return await complete(scope, frame, state, { fallback: result, next: state.Next, extra: { result } });
    } catch (thrown) {
      if (thrown instanceof Aborted || scope.signal.aborted) throw abortion();
      const failure = asStatesError(thrown);
      if (!planRetry(scope, frame, state, failure)) return caught(scope, frame, state, failure);
    }
  }
}

async function endDelay(scope: Scope, frame: Frame): Promise<void> {
  if (frame.deadline === undefined) return;
  await waitUntil(scope.run.engine.timers, frame.deadline, scope.signal);
  delete frame.deadline;
}

/** True when a retrier takes the error and has attempts left; then the next attempt is planned and saved. */
function planRetry(scope: Scope, frame: Frame, state: RecoverableState, failure: StatesError): boolean {
  const { engine, row } = scope.run;
  const retriers = state.Retry ?? [];
  const index = retrierFor(retriers, failure.error);
  const retrier = retriers[index];
  const delay = retrier && retryDelay(retrier, frame.retries[index] ?? 0, engine.random);
  if (delay === undefined) return false;
  frame.retries = retriers.map((_, place) => (frame.retries[place] ?? 0) + (place === index ? 1 : 0));
  frame.retryCount += 1;
  frame.deadline = engine.timers.now() + delay;
  delete frame.work;
  engine.store.together(() => {
    dropChildFrames(engine.store, row.arn, frame);
    saveFrame(engine.store, row.arn, frame);
  });
  return true;
}

function caught(scope: Scope, frame: Frame, state: RecoverableState, failure: StatesError): Promise<Step> {
  const catcher = catcherFor(state.Catch ?? [], failure.error);
  if (!catcher) throw failure;
  const errorOutput = failure.output;
  return complete(scope, frame, catcher, { fallback: errorOutput, next: catcher.Next, extra: { errorOutput } });
}
