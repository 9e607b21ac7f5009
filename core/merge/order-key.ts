import type { StatedTime } from '../mapping/conversion.ts';

/**
 * Order keys (SEMANTICS 2): texts that compare as the statements do, so that the greatest wins by plain comparison.
 *
 * Parts, greatest weight first: authority, time, precision, MSH-13, rank of the result status, content hash, mapping
 * version. The hash stands before the version: the same message under a newer mapping outranks itself, while two
 * different messages that tie are told apart by content alone.
 */
export interface OrderParts {
  readonly authority: number;
  readonly time: StatedTime;
  readonly rank: number;
  /** Keyed hash of the message's bytes, hex. */
  readonly contentHash: string;
  readonly mappingVersion: number;
}

// Times before 1970 are negative; shifting keeps the text order equal to the number order down to the year -26000.
const SHIFT = 1e15;

export function orderKey(parts: OrderParts): string {
  const time = String(Math.trunc(parts.time.epochMs) + SHIFT).padStart(16, '0');
  const sequence = String(parts.time.sequence).padStart(15, '0');
  return [
    parts.authority,
    time,
    parts.time.precision,
    sequence,
    parts.rank,
    parts.contentHash.slice(0, 20),
    String(parts.mappingVersion).padStart(6, '0'),
  ].join('.');
}

/** The same key under another authority (SEMANTICS 2.1 allows it per slot). */
export function withAuthority(key: string, authority: number): string {
  return `${authority}${key.slice(1)}`;
}
