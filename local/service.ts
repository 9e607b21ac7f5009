import type { IncomingMessage, ServerResponse } from 'node:http';

/** The account and region that the embedded cloud pretends to be. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/**
 * Time, as the services see it. Every timer of the embedded cloud goes through it, so that a simulation can run the
 * real services in virtual time.
 */
export interface Timers {
  now(): number;
  /** Calls back after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** An event as EventBridge delivers it to a rule's target (EventBridge user guide, "events"). */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  /** Name of the bus; `default` when absent. */
  readonly bus?: string;
}

/** What every service of the embedded cloud is given. */
export interface CloudContext {
  /** State lives below this folder; a service keeps its own in a subfolder that bears its name. */
  readonly directory: string;
  readonly timers: Timers;
  /** `http://127.0.0.1:PORT`, known once the port is open. */
  readonly endpoint: () => string;
  /** Puts an AWS service's event onto the bus; it is kept before the call returns. */
  readonly publish: (event: BusEvent) => void;
}

/** One AWS service on the common port. */
export interface LocalService {
  readonly name: string;
  /** Prefixes of `X-Amz-Target` that belong to it, such as `AmazonSQS.`; empty for services routed by path. */
  readonly targets: readonly string[];
  /** For services without a target header: whether this request is theirs. */
  readonly owns?: (request: IncomingMessage) => boolean;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Called once the port is open: resume what a kill interrupted, start polling. */
  readonly start?: () => void;
  readonly stop: () => Promise<void>;
}
