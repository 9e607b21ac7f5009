import type { NoteCost } from './budget.ts';

/** `findings/<chunk>.json`: the book of the notes of one chunk, and where each partition's findings lie. */
export interface NotesSummary {
  readonly read: number;
  readonly failed: number;
  readonly overBudget: number;
  readonly findings: number;
  readonly spent: NoteCost;
  /** What was seen and made no resource: counts by reason. */
  readonly omitted: Readonly<Record<string, number>>;
  readonly index: Readonly<Record<string, readonly [number, number]>>;
}
