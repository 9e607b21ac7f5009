import { StatesError } from './states-error.ts';
import type { Store } from './store.ts';

/** A Standard execution fails when its history is full (developer guide, "service-quotas"). */
const HISTORY_EVENTS = 25_000;

/** As GetExecutionHistory returns it, with the time in milliseconds. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** Writes one execution's events; they are kept by the transaction that saves the frame they belong to. */
export class History {
  readonly #store: Store;
  readonly #execution: string;
  readonly #now: () => number;
  #last: number;

  constructor(store: Store, execution: string, now: () => number) {
    this.#store = store;
    this.#execution = execution;
    this.#now = now;
    this.#last =
      store.one<{ last: number | null }>('SELECT max(id) AS last FROM events WHERE execution = ?', execution)?.last ??
      0;
  }

  /**
   * Adds an event and gives its id. `details` is the field that its type bears, such as `stateEnteredEventDetails`.
   * Throws `States.Runtime` when only the closing event has room left.
   */
  record(
    previousEventId: number,
    type: string,
    details: Readonly<Record<string, unknown>> = {},
    closing = false,
  ): number {
    if (!closing && this.#last >= HISTORY_EVENTS - 1) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${HISTORY_EVENTS})`,
      );
    }
    this.#last += 1;
    const event: HistoryEvent = { timestamp: this.#now(), type, id: this.#last, previousEventId, ...details };
    this.#store.run(
      'INSERT INTO events (execution, id, content) VALUES (?, ?, ?)',
      this.#execution,
      event.id,
      JSON.stringify(event),
    );
    return event.id;
  }

  get last(): number {
    return this.#last;
  }
}

/** The pair of fields by which AWS gives a payload in an event. */
export function payload(name: 'input' | 'output', value: unknown): Record<string, unknown> {
  return { [name]: JSON.stringify(value), [`${name}Details`]: { truncated: false } };
}
