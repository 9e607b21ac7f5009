/** What the pool sends to a worker thread: one invocation. Payloads are JSON texts, as on the wire. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly functionArn: string;
  readonly event: string;
  /** Milliseconds that the function has. */
  readonly timeMs: number;
}

/** The body of a failed invocation, as Lambda's runtime writes it. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What comes back: the result as JSON, or the failure; or that the cloud stopped, which is neither. */
export type Outcome = { readonly result: string } | { readonly failure: FunctionFailure } | { readonly stopped: true };

export type Answer = { readonly id: string } & Outcome;
