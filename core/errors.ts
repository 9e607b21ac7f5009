import type { ReasonCode } from './reasons.ts';

/**
 * Errors that the state machines route on, by `name` (DESIGN section 8). Texts are static; what changes is in fields,
 * which hold codes and positions, never a value from a message.
 */
export class RejectError extends Error {
  override readonly name: 'MessageUnreadableError' | 'FeedUnknownError';
  readonly reason: ReasonCode;

  constructor(name: 'MessageUnreadableError' | 'FeedUnknownError', reason: ReasonCode) {
    super(`Refused: ${reason}`);
    this.name = name;
    this.reason = reason;
  }
}

export class RetryError extends Error {
  override readonly name: 'DestinationThrottledError' | 'DestinationUnavailableError' | 'LedgerBusyError';

  constructor(name: RetryError['name'], options?: ErrorOptions) {
    super('The service asked for another try', options);
    this.name = name;
  }
}

/** A fault of ours: an invariant that does not hold. It ends the execution and alarms; nothing is counted as done. */
export class FaultError extends Error {
  override readonly name = 'InternalFault';
}
