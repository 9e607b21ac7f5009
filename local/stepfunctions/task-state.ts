import type { Frame } from './frames.ts';
import { payload } from './history.ts';
import { evaluate, evaluateNumber, note, type Scope } from './scope.ts';
import { Aborted, abortion, asStatesError, assertPayload, StatesError } from './states-error.ts';
import type { TaskState } from './states-language.ts';
import { within } from './waiting.ts';

interface Limits {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

/** Calls the task's service integration once and gives its result. */
export async function runTask(scope: Scope, frame: Frame, state: TaskState): Promise<unknown> {
  const { engine } = scope.run;
  const argument =
    state.Arguments === undefined ? frame.input : await evaluate(scope, frame, state.Arguments, 'Arguments');
  assertPayload(argument, 'argument of the task');
  const limits = await limitsOf(scope, frame, state);
  const names = resourceNames(state.Resource);
  engine.store.together(() => {
    const scheduled = { ...names, region: 'us-east-1', parameters: JSON.stringify(argument), ...limits };
    note(scope, frame, 'TaskScheduled', { taskScheduledEventDetails: scheduled });
    note(scope, frame, 'TaskStarted', { taskStartedEventDetails: names });
  });
  try {
    const delayMs =
      Math.min(
        limits.timeoutInSeconds ?? Number.POSITIVE_INFINITY,
        limits.heartbeatInSeconds ?? Number.POSITIVE_INFINITY,
      ) * 1000;
    const result = await within(
      { timers: engine.timers, signal: scope.signal, delayMs, late: () => lateness(limits) },
      (signal) => engine.call(state.Resource, argument, signal),
    );
    assertPayload(result, 'result of the task');
    note(scope, frame, 'TaskSucceeded', { taskSucceededEventDetails: { ...names, ...payload('output', result) } });
    return result;
  } catch (thrown) {
    if (thrown instanceof Aborted || scope.signal.aborted) throw abortion();
    throw noteTaskFailure(scope, frame, names, asStatesError(thrown));
  }
}

async function limitsOf(scope: Scope, frame: Frame, state: TaskState): Promise<Limits> {
  const read = async (field: 'TimeoutSeconds' | 'HeartbeatSeconds', name: keyof Limits) =>
    state[field] === undefined
      ? {}
      : { [name]: await evaluateNumber(scope, frame, state[field], field, 1, 99_999_999) };
  return {
    ...(await read('TimeoutSeconds', 'timeoutInSeconds')),
    ...(await read('HeartbeatSeconds', 'heartbeatInSeconds')),
  };
}

/** A request-response task sends no heartbeat, so the shorter of the two limits decides. */
function lateness({
  timeoutInSeconds = Number.POSITIVE_INFINITY,
  heartbeatInSeconds = Number.POSITIVE_INFINITY,
}: Limits): StatesError {
  if (heartbeatInSeconds < timeoutInSeconds)
    return new StatesError('States.HeartbeatTimeout', 'The task sent no heartbeat in time');
  return new StatesError('States.Timeout', 'The task did not end in time');
}

function noteTaskFailure(scope: Scope, frame: Frame, names: object, failure: StatesError): StatesError {
  const details = { ...names, error: failure.error, cause: failure.causeText };
  const late = ['States.Timeout', 'States.HeartbeatTimeout'].includes(failure.error);
  if (late) note(scope, frame, 'TaskTimedOut', { taskTimedOutEventDetails: details });
  else note(scope, frame, 'TaskFailed', { taskFailedEventDetails: details });
  return failure;
}

/** `arn:aws:states:::aws-sdk:healthlake:startFHIRImportJob` has the type `aws-sdk:healthlake`. */
function resourceNames(arn: string): { resourceType: string; resource: string } {
  const parts = arn.slice('arn:aws:states:::'.length).split(':');
  return { resourceType: parts.slice(0, -1).join(':'), resource: parts.at(-1) ?? '' };
}
