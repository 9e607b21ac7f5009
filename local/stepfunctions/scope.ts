import type { Timers } from '../service.ts';
import type { Bindings, Expressions } from './expressions.ts';
import type { Frame, MapItem } from './frames.ts';
import type { History } from './history.ts';
import { asStatesError, assertPayload, StatesError } from './states-error.ts';
import type { Machine } from './states-language.ts';
import type { ExecutionRow, ExecutionStatus, Store } from './store.ts';

/** What running states need of the embedded cloud. */
export interface Engine {
  readonly timers: Timers;
  readonly store: Store;
  readonly expressions: Expressions;
  readonly random: () => number;
  /** Calls a service integration; throws `StatesError` with the error's name as Step Functions gives it. */
  readonly call: (resource: string, argument: unknown, signal: AbortSignal) => Promise<unknown>;
  /** Runs an execution to its end and gives its status; RUNNING when the cloud stops before. */
  readonly runExecution: (arn: string, signal: AbortSignal) => Promise<ExecutionStatus>;
}

/** One execution in memory. */
export interface Run {
  readonly row: ExecutionRow;
  readonly input: unknown;
  readonly history: History;
  readonly engine: Engine;
}

/** A sequence of states with what it sees from outside: outer variables, the item of its Map, the signal to stop. */
export interface Scope {
  readonly run: Run;
  readonly machine: Machine;
  /** JSON pointer of the machine in the definition. */
  readonly pointer: string;
  readonly path: string;
  readonly outer: Bindings;
  readonly item: MapItem | undefined;
  readonly signal: AbortSignal;
}

/** What a sequence of states starts with. */
export interface Beginning {
  readonly input: unknown;
  readonly item?: MapItem | undefined;
  /** Event that the first one follows. */
  readonly after: number;
}

/** `interpreter.ts`, as the states that hold other states call it. */
export type RunScope = (scope: Scope, beginning: () => Beginning) => Promise<unknown>;

/** What a state came to: its output, the variables it assigns, and the next state, if any. */
export interface Step {
  readonly output: unknown;
  readonly assign: Bindings;
  readonly next?: string | undefined;
}

interface Extra {
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly item?: MapItem;
}

/** Adds an event behind the frame's last one. */
export function note(scope: Scope, frame: Frame, type: string, details: Readonly<Record<string, unknown>> = {}): void {
  frame.lastEvent = scope.run.history.record(frame.lastEvent, type, details);
}

/** Evaluates a field of the current state; a failure is noted as `EvaluationFailed` and thrown. */
export async function evaluate(
  scope: Scope,
  frame: Frame,
  template: unknown,
  field: string,
  extra: Extra = {},
): Promise<unknown> {
  const { item = scope.item, ...values } = extra;
  const states = { input: frame.input, context: contextOf(scope, frame, item), ...values };
  try {
    return await scope.run.engine.expressions.evaluate(template, { ...scope.outer, ...frame.variables, states }, field);
  } catch (thrown) {
    throw noteFailure(scope, frame, asStatesError(thrown), field);
  }
}

export function noteFailure(scope: Scope, frame: Frame, failure: StatesError, location: string): StatesError {
  const { error, causeText } = failure;
  const evaluationFailedEventDetails = {
    error,
    cause: causeText,
    location: failure.location ?? location,
    state: frame.state,
  };
  note(scope, frame, 'EvaluationFailed', { evaluationFailedEventDetails });
  return failure;
}

/** A field that must give a whole number in a range. */
export async function evaluateNumber(
  scope: Scope,
  frame: Frame,
  template: unknown,
  field: string,
  least: number,
  most: number,
): Promise<number> {
  const value = await evaluate(scope, frame, template, field);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const text = `The field '${field}' must be a whole number from ${least} to ${most}`;
  throw noteFailure(scope, frame, new StatesError('States.QueryEvaluationError', text), field);
}

/** `Output` and `Assign`, both on the values that the state was entered with. */
export async function complete(
  scope: Scope,
  frame: Frame,
  part: { readonly Output?: unknown; readonly Assign?: unknown },
  options: { readonly fallback: unknown; readonly next: string | undefined; readonly extra?: Extra },
): Promise<Step> {
  const output =
    part.Output === undefined ? options.fallback : await evaluate(scope, frame, part.Output, 'Output', options.extra);
  const assign = part.Assign === undefined ? {} : await evaluate(scope, frame, part.Assign, 'Assign', options.extra);
  assertPayload(output, 'output of the state');
  assertPayload(assign, 'set of assigned variables');
  return { output, assign: assign as Bindings, next: options.next };
}

/** `$states.context` (developer guide, "input-output-contextobject"). */
function contextOf(scope: Scope, frame: Frame, item: MapItem | undefined): unknown {
  const { row, input } = scope.run;
  return {
    Execution: {
      Id: row.arn,
      Input: input,
      Name: row.name,
      RoleArn: row.role,
      StartTime: iso(row.started),
      RedriveCount: 0,
    },
    State: { Name: frame.state, EnteredTime: iso(frame.entered), RetryCount: frame.retryCount },
    StateMachine: { Id: row.machine, Name: machineName(row.machine) },
    ...(item ? { Map: { Item: item } } : {}),
  };
}

/** The name in a machine's ARN; a child of a Map Run has `name/label`. */
export function machineName(arn: string): string {
  return arn.slice(arn.indexOf(':stateMachine:') + ':stateMachine:'.length);
}

/** JSON pointer (RFC 6901) of a part of the frame's state. */
export function pointerTo(scope: Scope, frame: Frame, part: string): string {
  return `${scope.pointer}/States/${frame.state.replaceAll('~', '~0').replaceAll('/', '~1')}/${part}`;
}

/** What an RFC 6901 pointer points at. */
export function atPointer(definition: Machine, pointer: string): Machine {
  let place: unknown = definition;
  for (const part of pointer.split('/').slice(1)) {
    place = (place as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return place as Machine;
}

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
