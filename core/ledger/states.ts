import type { ReasonCode } from '../reasons.ts';

/**
 * The states a message can be in. After Convert it is `staged` or has ended; after Close it has ended. IMPORTED is final.
 */
export type FinalState = 'imported' | 'superseded' | 'duplicate' | 'filtered' | 'dead';
export type OutcomeState = FinalState | 'staged';

/** One line of `outcomes/<chunk>.ndjson` and `final/<chunk>.ndjson`: where the message lies and what became of it. */
export interface MessageOutcome {
  /** 1-based; 0 for a drop refused whole. */
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly state: OutcomeState;
  /** `ADT^A01`, `csv:patients`, or '' when it could not be read. */
  readonly type: string;
  readonly reason?: ReasonCode;
  /** Position in HL7 or CSV terms. */
  readonly path?: string;
  /** The state machine's task that decided. */
  readonly stage?: string;
  /** Keyed hash of the message's bytes, for duplicates; never the bytes. */
  readonly hash?: string;
  /** For `dead` with `partial`: which resources were refused. */
  readonly refused?: readonly string[];
  /** Issue codes with their positions. */
  readonly issues?: readonly { readonly code: ReasonCode; readonly path?: string }[];
}

export type StateCounts = Readonly<Record<OutcomeState, number>>;

export const noCounts: StateCounts = { staged: 0, imported: 0, superseded: 0, duplicate: 0, filtered: 0, dead: 0 };

export function countStates(outcomes: Iterable<{ readonly state: OutcomeState }>): StateCounts {
  const counts: Record<OutcomeState, number> = { ...noCounts };
  for (const outcome of outcomes) counts[outcome.state] += 1;
  return counts;
}

export function addCounts(left: StateCounts, right: StateCounts): StateCounts {
  const sum: Record<OutcomeState, number> = { ...left };
  for (const state of Object.keys(right) as OutcomeState[]) sum[state] += right[state];
  return sum;
}

/**
 * The balance (DESIGN section 1): every message that came in is in exactly one state. `counted` comes from the second
 * counter, which shares no code with the parsers.
 */
export function balances(counted: number, counts: StateCounts): boolean {
  return counted === Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How many messages of one state ended for each reason. */
export function countReasons(outcomes: Iterable<MessageOutcome>, state: OutcomeState): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.state === state && outcome.reason !== undefined)
      counts[outcome.reason] = (counts[outcome.reason] ?? 0) + 1;
  }
  return counts;
}

/** Adds named counts up: reasons, resource types. */
export function addCounted(parts: Iterable<Readonly<Record<string, number>>>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts)
    for (const [reason, count] of Object.entries(part)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
