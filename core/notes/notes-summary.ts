/** `findings/<chunk>.json`: the book of the notes of one chunk, and where each partition's findings lie. */
export interface NotesSummary {
  readonly read: number;
  readonly failed: number;
  readonly overBudget: number;
  readonly findings: number;
  readonly index: Readonly<Record<string, readonly [number, number]>>;
}
