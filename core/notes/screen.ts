import { type Mention, overlap } from './mention.ts';
import type { Omission } from './tally.ts';

/** How sure the service must be, 0 to 1. */
export interface Thresholds {
  /** Of the mention. */
  readonly entity: number;
  /** Of its best code; concept scores run lower than those of mentions. */
  readonly concept: number;
}

export const defaultThresholds: Thresholds = { entity: 0.5, concept: 0.3 };

/** Traits that keep a mention from becoming a finding, the weightiest first: a mention is counted under one of them. */
const barring: readonly (readonly [string, Omission])[] = [
  ['NEGATION', 'negated'],
  ['PERTAINS_TO_FAMILY', 'family'],
  ['HYPOTHETICAL', 'hypothetical'],
  ['FUTURE', 'future'],
  ['PAST_HISTORY', 'past'],
  ['LOW_CONFIDENCE', 'low-confidence'],
];

/**
 * Why a mention may not become a finding; undefined when it may.
 *
 * `witnesses` are the mentions of DetectEntitiesV2. The operations know different traits (InferICD10CM has no PAST_HISTORY,
 * InferRxNorm neither HYPOTHETICAL nor PERTAINS_TO_FAMILY), so what any of them says of the same place holds: one doubt
 * is enough. A substance named as an allergy is never a medication that the patient takes.
 */
export function omissionOf(mention: Mention, witnesses: readonly Mention[], limits: Thresholds): Omission | undefined {
  const beside = witnesses.filter((witness) => overlap(witness, mention));
  const traits = new Set([mention, ...beside].flatMap((one) => [...one.traits]));
  const barred = barring.find(([trait]) => traits.has(trait));
  if (barred !== undefined) return barred[1];
  if (mention.category === 'MEDICATION' && beside.some((witness) => witness.type === 'ALLERGIES')) return 'allergy';
  return mention.score >= limits.entity ? undefined : 'low-confidence';
}
