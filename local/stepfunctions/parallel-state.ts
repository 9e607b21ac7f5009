import { runBranches } from './branches.ts';
import { childPath, type Frame, saveFrame } from './frames.ts';
import { evaluate, note, pointerTo, type RunScope, type Scope } from './scope.ts';
import type { ParallelState } from './states-language.ts';

/** All branches on the same input; the result is the list of their outputs. */
export async function runParallel(
  scope: Scope,
  frame: Frame,
  state: ParallelState,
  runScope: RunScope,
): Promise<unknown> {
  const { engine, row } = scope.run;
  if (frame.work === undefined) {
    frame.work =
      state.Arguments === undefined ? frame.input : await evaluate(scope, frame, state.Arguments, 'Arguments');
    engine.store.together(() => {
      note(scope, frame, 'ParallelStateStarted');
      saveFrame(engine.store, row.arn, frame);
    });
  }
  const input = frame.work;
  const started = frame.lastEvent;
  const outer = { ...scope.outer, ...frame.variables };
  const base = childPath(frame);
  const branches = state.Branches.map((machine, index) => ({
    scope: {
      machine,
      pointer: pointerTo(scope, frame, `Branches/${index}`),
      path: `${base}/${index}`,
      outer,
      item: scope.item,
    },
    begin: () => ({ input, after: started }),
  }));
  try {
    const results = await runBranches(scope, branches, branches.length, runScope);
    note(scope, frame, 'ParallelStateSucceeded');
    return results;
  } catch (thrown) {
    if (!scope.signal.aborted) note(scope, frame, 'ParallelStateFailed');
    throw thrown;
  }
}
