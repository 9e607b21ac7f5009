import { FaultError, RejectError, RetryError } from '../core/errors.ts';
import { ShapeError } from '../core/shape.ts';
import { CallError } from './service-error.ts';

/** Errors of ours: their texts are static or name paths, codes and statuses only. */
const ours = [RejectError, RetryError, FaultError, ShapeError, CallError];

const builtIn = new Set([
  'Error',
  'AggregateError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/**
 * Wraps what a handler does, so that nothing it throws can carry a value out of a message: what a handler throws becomes
 * the cause of an execution and a line of a log, and engines quote what they could not read (`JSON.parse`: `Unexpected
 * token 'S', "Smith, Jo"... is not valid JSON`). Errors of ours pass, without what caused them; anything else becomes an
 * `InternalFault` that names the kind of the error and the line of ours that it came from.
 */
export function taskHandler(step: (event: unknown) => Promise<unknown>): (event: unknown) => Promise<unknown> {
  return async (event) => {
    try {
      return await step(event);
    } catch (error) {
      throw withoutValues(error);
    }
  };
}

function withoutValues(error: unknown): Error {
  if (!(error instanceof Error)) return new FaultError('Something that is no error was thrown');
  // A cause may be the error of an engine or a service, which a log would print along with ours.
  if (ours.some((kind) => error instanceof kind)) return error.cause === undefined ? error : causeless(error);
  return new FaultError(`Unexpected ${builtIn.has(error.name) ? error.name : 'error'} at ${placeOf(error)}`);
}

function causeless(error: Error): Error {
  delete error.cause;
  return error;
}

/** The first frame in a source of ours, or in the bundle that is deployed. The head of a stack quotes the message, so it is cut off before frames are looked for. */
function placeOf(error: Error): string {
  const { stack = '' } = error;
  const at = stack.indexOf(error.message);
  const frames = at < 0 ? '' : stack.slice(at + error.message.length);
  return (
    /\b((?:adapters|core|tasks)\/[A-Za-z0-9/-]+\.ts:\d+|index\.m?js:\d+:\d+)/.exec(frames)?.[1] ?? 'an unknown place'
  );
}
