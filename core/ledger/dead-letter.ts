import type { MessageOutcome } from './states.ts';

/**
 * The pointer that goes to the dead-letter queue: where the message lies and why it died, nothing it says. The book of
 * dead letters is the ledger; this is the bell.
 */
export function deadLetter(batch: string, outcome: MessageOutcome): string {
  const { ordinal, start, end, type, reason, path, stage, refused } = outcome;
  return JSON.stringify({
    version: '1',
    batch,
    ordinal,
    start,
    end,
    type,
    stage,
    reason,
    path,
    refused: refused?.length,
  });
}
