import { type CutLimits, codePointsOf, cutText } from './cut.ts';

/** What a text costs of the account's calls and characters (Comprehend Medical bills and throttles both per request). */
export interface NoteCost {
  readonly calls: number;
  /** Code points sent, over all calls. */
  readonly characters: number;
}

/** How much a feed may spend on notes; what is not named is not bounded. */
export interface NoteBudget {
  readonly calls?: number;
  readonly characters?: number;
}

/** InferICD10CM, InferRxNorm and DetectEntitiesV2. */
export const callsPerPiece = 3;

/**
 * What one synchronous call takes: InferICD10CM and InferRxNorm allow 10,000 characters, or 10 KB, by the API reference and
 * the quota page; one cut serves all three operations.
 */
export const callLimits: CutLimits = { codePoints: 10_000, bytes: 10_000 };

export const noCost: NoteCost = { calls: 0, characters: 0 };

/** Cost of a text: every piece that says anything goes through each operation once. */
export function costOf(text: string, limits: CutLimits = callLimits): NoteCost {
  const pieces = cutText(text, limits).filter((piece) => piece.text.trim() !== '');
  const characters = pieces.reduce((sum, piece) => sum + codePointsOf(piece.text), 0);
  return { calls: pieces.length * callsPerPiece, characters: characters * callsPerPiece };
}

export function addCost(one: NoteCost, other: NoteCost): NoteCost {
  return { calls: one.calls + other.calls, characters: one.characters + other.characters };
}

/**
 * Whether a note may still be read. It stops notes only: a message is converted and loaded whatever is left (DESIGN.md
 * section 3).
 */
export function isAffordable(spent: NoteCost, cost: NoteCost, budget: NoteBudget): boolean {
  const total = addCost(spent, cost);
  return total.calls <= (budget.calls ?? Infinity) && total.characters <= (budget.characters ?? Infinity);
}
