import { RetryError } from '../core/errors.ts';

const THROTTLED = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'RequestLimitExceeded',
  'ThrottledException',
]);

/** Throttling and outages become our retry errors; everything else stays what it is, without the service's text. */
export function asOurError(error: unknown): Error {
  const name = error instanceof Error ? error.name : 'Unknown';
  if (THROTTLED.has(name)) return new RetryError('DestinationThrottledError');
  const { $metadata: metadata, code } = (error ?? {}) as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  // Neither an answer nor a socket's code: a defect in our own code, which another try would not cure.
  if (metadata === undefined && code === undefined) return new CallError(name, 0);
  const status = metadata?.httpStatusCode;
  if (status === undefined || status >= 500) return new RetryError('DestinationUnavailableError');
  return new CallError(name, status);
}

/** A call that AWS refused. The text of the service may quote the request, so only its name and status are kept. */
export class CallError extends Error {
  override readonly name = 'InternalFault';
  readonly call: string;

  constructor(call: string, status: number) {
    super(`A call was refused: ${call} (${status})`);
    this.call = call;
  }
}
