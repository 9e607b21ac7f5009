import { runBranches } from './branches.ts';
import { runMapRun } from './distributed-map.ts';
import { childPath, type Frame, saveFrame } from './frames.ts';
import { itemsOf, selectItem } from './map-items.ts';
import { evaluateNumber, note, pointerTo, type RunScope, type Scope } from './scope.ts';
import { isDistributed, type MapState } from './states-language.ts';

/** An inline Map runs at most 40 iterations at once (developer guide, "state-map-inline"). */
const INLINE_CONCURRENCY = 40;

export async function runMap(scope: Scope, frame: Frame, state: MapState, runScope: RunScope): Promise<unknown> {
  try {
    const results = await (isDistributed(state)
      ? runMapRun(scope, frame, state)
      : runInline(scope, frame, state, runScope));
    note(scope, frame, 'MapStateSucceeded');
    return results;
  } catch (thrown) {
    if (!scope.signal.aborted) note(scope, frame, 'MapStateFailed');
    throw thrown;
  }
}

/** Items are selected before the first iteration and saved, so that a restart works on the same ones. */
async function runInline(scope: Scope, frame: Frame, state: MapState, runScope: RunScope): Promise<unknown> {
  const { engine, row } = scope.run;
  const concurrency =
    state.MaxConcurrency === undefined
      ? 0
      : await evaluateNumber(scope, frame, state.MaxConcurrency, 'MaxConcurrency', 0, 99_999_999);
  if (frame.work === undefined) {
    const items = await itemsOf(scope, frame, state);
    const inputs: unknown[] = [];
    for (const [Index, Value] of items.entries()) inputs.push(await selectItem(scope, frame, state, { Index, Value }));
    frame.work = items.map((item, index) => ({ item, input: inputs[index] }));
    engine.store.together(() => {
      note(scope, frame, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
      saveFrame(engine.store, row.arn, frame);
    });
  }
  const started = frame.lastEvent;
  const work = frame.work as { item: unknown; input: unknown }[];
  const branches = work.map(({ item, input }, index) =>
    iteration(scope, frame, state, { index, item, input, started }),
  );
  return runBranches(scope, branches, Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY), runScope);
}

interface Iteration {
  readonly index: number;
  readonly item: unknown;
  readonly input: unknown;
  readonly started: number;
}

function iteration(scope: Scope, frame: Frame, state: MapState, { index, item, input, started }: Iteration) {
  const { history } = scope.run;
  const details = { name: frame.state, index };
  const mapItem = { Index: index, Value: item };
  const base = childPath(frame);
  return {
    scope: {
      machine: state.ItemProcessor,
      pointer: pointerTo(scope, frame, 'ItemProcessor'),
      path: `${base}/${index}`,
      outer: { ...scope.outer, ...frame.variables },
      item: mapItem,
    },
    begin: () => ({
      input,
      item: mapItem,
      after: history.record(started, 'MapIterationStarted', { mapIterationStartedEventDetails: details }),
    }),
    ended: (failed: boolean) => {
      const type = failed ? 'Failed' : 'Succeeded';
      history.record(history.last, `MapIteration${type}`, { [`mapIteration${type}EventDetails`]: details });
    },
  };
}
