import type { Frame } from './frames.ts';
import { saveFrame } from './frames.ts';
import { complete, evaluate, evaluateNumber, noteFailure, type Scope, type Step } from './scope.ts';
import { StatesError } from './states-error.ts';
import type { ChoiceState, FailState, PlainState, WaitState } from './states-language.ts';
import { waitUntil } from './waiting.ts';

export function runPlain(scope: Scope, frame: Frame, state: PlainState): Promise<Step> {
  return complete(scope, frame, state, { fallback: frame.input, next: state.Next });
}

/** The first choice whose condition is true; the state's own `Output` and `Assign` belong to its default. */
export async function runChoice(scope: Scope, frame: Frame, state: ChoiceState): Promise<Step> {
  for (const [index, choice] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await evaluate(scope, frame, choice.Condition, field);
    if (typeof holds !== 'boolean') {
      throw noteFailure(
        scope,
        frame,
        new StatesError('States.QueryEvaluationError', `The field '${field}' must be a boolean`),
        field,
      );
    }
    if (holds) return complete(scope, frame, choice, { fallback: frame.input, next: choice.Next });
  }
  if (state.Default === undefined)
    throw new StatesError('States.NoChoiceMatched', 'No choice matched and there is no default');
  return complete(scope, frame, state, { fallback: frame.input, next: state.Default });
}

/** The end of a wait is saved before it begins, so that a restart waits for the rest only. */
export async function runWait(scope: Scope, frame: Frame, state: WaitState): Promise<Step> {
  const { timers, store } = scope.run.engine;
  if (frame.deadline === undefined) {
    frame.deadline = await waitEnd(scope, frame, state);
    saveFrame(store, scope.run.row.arn, frame);
  }
  await waitUntil(timers, frame.deadline, scope.signal);
  return complete(scope, frame, state, { fallback: frame.input, next: state.Next });
}

async function waitEnd(scope: Scope, frame: Frame, state: WaitState): Promise<number> {
  if (state.Timestamp === undefined) {
    const seconds = await evaluateNumber(scope, frame, state.Seconds, 'Seconds', 0, 99_999_999);
    return scope.run.engine.timers.now() + seconds * 1000;
  }
  const value = await evaluate(scope, frame, state.Timestamp, 'Timestamp');
  const shaped = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = shaped ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const failure = new StatesError('States.QueryEvaluationError', "The field 'Timestamp' must be an RFC 3339 time");
  throw noteFailure(scope, frame, failure, 'Timestamp');
}

export async function runFail(scope: Scope, frame: Frame, state: FailState): Promise<never> {
  const error = state.Error === undefined ? '' : await evaluate(scope, frame, state.Error, 'Error');
  const cause = state.Cause === undefined ? '' : await evaluate(scope, frame, state.Cause, 'Cause');
  if (typeof error === 'string' && typeof cause === 'string') throw new StatesError(error, cause);
  const failure = new StatesError('States.QueryEvaluationError', "The fields 'Error' and 'Cause' must be strings");
  throw noteFailure(scope, frame, failure, 'Error');
}
