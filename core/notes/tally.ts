/**
 * Why a mention became no resource. What is negated, of the family, hypothetical, planned or past is counted and nothing
 * more: the note itself stays, and a record that says "had" or "mother had" is too easily read as "has". `past` too, since
 * "history of hypertension" does not say that it ended.
 */
export const omissions = [
  'negated',
  'family',
  'hypothetical',
  'future',
  'past',
  'low-confidence',
  'allergy',
  'uncoded',
  'without-value',
  'misplaced',
] as const;

export type Omission = (typeof omissions)[number];

/** Counts over the mentions of a note: seen = repeated + produced + the sum of the omitted. */
export interface FindingTally {
  readonly seen: number;
  /** Resources made. */
  readonly produced: number;
  /** Mentions that say again what another mention of the note said; they are in its resource, with their place. */
  readonly repeated: number;
  readonly omitted: Readonly<Record<Omission, number>>;
}

export function emptyTally(): FindingTally {
  return { seen: 0, produced: 0, repeated: 0, omitted: countsOf(() => 0) };
}

export function addTally(one: FindingTally, other: FindingTally): FindingTally {
  return {
    seen: one.seen + other.seen,
    produced: one.produced + other.produced,
    repeated: one.repeated + other.repeated,
    omitted: countsOf((omission) => one.omitted[omission] + other.omitted[omission]),
  };
}

export function tallyOf(omitted: readonly Omission[], kept: number, produced: number): FindingTally {
  return {
    seen: omitted.length + kept,
    produced,
    repeated: kept - produced,
    omitted: countsOf((omission) => omitted.filter((one) => one === omission).length),
  };
}

function countsOf(count: (omission: Omission) => number): Record<Omission, number> {
  return Object.fromEntries(omissions.map((omission) => [omission, count(omission)])) as Record<Omission, number>;
}
