import type { Catcher, Retrier } from './states-language.ts';

/** Payload of a task, a state and an execution: 256 KiB of UTF-8 (Step Functions developer guide, "service-quotas"). */
export const PAYLOAD_BYTES = 262_144;
const CAUSE_CHARACTERS = 32_768;

/** An error as a state machine sees it: `Error` and `Cause`. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  readonly causeText: string;
  /** Of a failed evaluation: the field, such as `Arguments/Payload`. */
  readonly location: string | undefined;

  constructor(error: string, causeText: string, options: { location?: string; cause?: unknown } = {}) {
    super(error, { cause: options.cause });
    this.error = error.slice(0, 256);
    this.causeText = causeText.slice(0, CAUSE_CHARACTERS);
    this.location = options.location;
  }

  get output(): { Error: string; Cause: string } {
    return { Error: this.error, Cause: this.causeText };
  }
}

/** Thrown through a scope that was told to stop; never caught by a state machine. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}

/** For the one reason that is not the state machine's: the scope was told to stop. */
export const abortion = (): Aborted => new Aborted();

/** Wraps what a reader or a writer met: its name, and the fault below as the cause. */
export function wrapped(error: string, thrown: unknown, fallback: string): StatesError {
  const cause = thrown instanceof StatesError ? `${thrown.error}: ${thrown.causeText}` : fallback;
  return new StatesError(error, cause, { cause: thrown });
}

export function asStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  return new StatesError('States.Runtime', 'The embedded cloud failed while it ran this state', { cause: error });
}

/** The bytes of a payload as JSON; throws `States.DataLimitExceeded` past 256 KiB. */
export function assertPayload(value: unknown, what: string): void {
  const text = JSON.stringify(value) ?? 'null';
  if (Buffer.byteLength(text) <= PAYLOAD_BYTES) return;
  throw new StatesError('States.DataLimitExceeded', `The ${what} is larger than the limit of ${PAYLOAD_BYTES} bytes`);
}

/**
 * Whether an error matches an `ErrorEquals` list (developer guide, "concepts-error-handling"): `States.ALL` takes all
 * but the two terminal errors, `States.TaskFailed` all but those and a timeout; `States.Runtime` is never handled.
 */
export function matchesError(names: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (names.includes(error)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  if (error === 'States.HeartbeatTimeout' && names.includes('States.Timeout')) return true;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && error !== 'States.Timeout');
}

/** Index of the retrier that takes this error, if any. */
export function retrierFor(retriers: readonly Retrier[], error: string): number {
  return retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
}

export function catcherFor(catchers: readonly Catcher[], error: string): Catcher | undefined {
  return catchers.find((catcher) => matchesError(catcher.ErrorEquals, error));
}

/**
 * Milliseconds before attempt `used + 1` of a retrier, or undefined when its attempts are used up. Defaults: 1 s, three
 * attempts, doubling; full jitter draws from zero to the delay.
 */
export function retryDelay(retrier: Retrier, used: number, random: () => number): number | undefined {
  if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
