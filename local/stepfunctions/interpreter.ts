import { setImmediate } from 'node:timers/promises';
import type { Bindings } from './expressions.ts';
import { dropChildFrames, type Frame, loadFrame, type MapItem, saveFrame } from './frames.ts';
import { payload } from './history.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { recovering } from './recovery.ts';
import { type Beginning, note, type Scope, type Step } from './scope.ts';
import { runChoice, runFail, runPlain, runWait } from './simple-states.ts';
import { Aborted, assertPayload, StatesError } from './states-error.ts';
import type { State } from './states-language.ts';
import { runTask } from './task-state.ts';

const STEPS_PER_TURN = 32;

/**
 * Runs a sequence of states from where its saved frame stands, or from its first state. Throws `StatesError` when it
 * fails and `Aborted` when it is told to stop.
 */
export async function runScope(scope: Scope, beginning: () => Beginning): Promise<unknown> {
  let frame = loadFrame(scope.run.engine.store, scope.run.row.arn, scope.path) ?? begin(scope, beginning());
  for (let steps = 1; !frame.output; steps += 1) {
    // States without I/O never leave the event loop's turn; a long loop of them must not hold up the port.
    if (steps % STEPS_PER_TURN === 0) await setImmediate();
    const state = stateOf(scope, frame.state);
    const step = await runState({ ...scope, item: frame.item ?? scope.item }, frame, state);
    if (scope.signal.aborted) throw new Aborted();
    frame = leave(scope, frame, state, step);
  }
  return frame.output.value;
}

function stateOf(scope: Scope, name: string): State {
  const state = scope.machine.States[name];
  if (!state) throw new StatesError('States.Runtime', 'The saved state is not in the definition');
  return state;
}

function runState(scope: Scope, frame: Frame, state: State): Promise<Step> {
  switch (state.Type) {
    case 'Task':
      return recovering(scope, frame, state, () => runTask(scope, frame, state));
    case 'Parallel':
      return recovering(scope, frame, state, () => runParallel(scope, frame, state, runScope));
    case 'Map':
      return recovering(scope, frame, state, () => runMap(scope, frame, state, runScope));
    case 'Choice':
      return runChoice(scope, frame, state);
    case 'Wait':
      return runWait(scope, frame, state);
    case 'Fail':
      return runFail(scope, frame, state);
    case 'Pass':
    case 'Succeed':
      return runPlain(scope, frame, state);
  }
}

function begin(scope: Scope, { input, item, after }: Beginning): Frame {
  const frame = fresh(scope, { state: scope.machine.StartAt, input, variables: {}, item, lastEvent: after });
  return scope.run.engine.store.together(() => enter(scope, frame));
}

/** Everything that a transition changes is kept in one transaction: events, the frame, and the end of inner frames. */
function leave(scope: Scope, frame: Frame, state: State, step: Step): Frame {
  const { store } = scope.run.engine;
  return store.together(() => {
    dropChildFrames(store, scope.run.row.arn, frame);
    note(scope, frame, `${state.Type}StateExited`, { stateExitedEventDetails: exited(frame, step) });
    const variables = { ...frame.variables, ...step.assign };
    assertVariables(scope, variables);
    if (step.next !== undefined) {
      const { item, lastEvent } = frame;
      return enter(scope, fresh(scope, { state: step.next, input: step.output, variables, item, lastEvent }));
    }
    const ended: Frame = { ...frame, output: { value: step.output } };
    saveFrame(store, scope.run.row.arn, ended);
    return ended;
  });
}

function enter(scope: Scope, frame: Frame): Frame {
  const { Type } = stateOf(scope, frame.state);
  note(scope, frame, `${Type}StateEntered`, {
    stateEnteredEventDetails: { name: frame.state, ...payload('input', frame.input) },
  });
  saveFrame(scope.run.engine.store, scope.run.row.arn, frame);
  return frame;
}

type Start = Pick<Frame, 'state' | 'input' | 'variables' | 'lastEvent'> & { item: MapItem | undefined };

function fresh(scope: Scope, { item, ...start }: Start): Frame {
  const entered = scope.run.engine.timers.now();
  return { ...start, path: scope.path, entered, retries: [], retryCount: 0, ...(item ? { item } : {}) };
}

function exited(frame: Frame, step: Step): Record<string, unknown> {
  const names = Object.entries(step.assign).map(([name, value]) => [name, JSON.stringify(value)]);
  const assigned =
    names.length > 0
      ? { assignedVariables: Object.fromEntries(names), assignedVariablesDetails: { truncated: false } }
      : {};
  return { name: frame.state, ...payload('output', step.output), ...assigned };
}

/** 256 KiB a variable, 10 MiB an execution (developer guide, "workflow-variables"). */
function assertVariables(scope: Scope, variables: Bindings): void {
  for (const value of Object.values(variables)) assertPayload(value, 'variable');
  if (Buffer.byteLength(JSON.stringify({ ...scope.outer, ...variables })) > 10 * 1024 * 1024) {
    throw new StatesError('States.DataLimitExceeded', 'The variables are larger than the limit of 10 MiB');
  }
}
