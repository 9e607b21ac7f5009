import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import { deadLetter } from '../../core/ledger/dead-letter.ts';
import type { ImportScope, Withdrawal } from '../../core/ledger/import-files.ts';
import {
  addCounted,
  addCounts,
  balances,
  countReasons,
  countStates,
  type MessageOutcome,
  noCounts,
  type StateCounts,
} from '../../core/ledger/states.ts';
import { formatLines, parseLines } from '../../core/ndjson.ts';
import type { Job, Ports } from './ports.ts';

/** What the data store made of the messages of an import. */
export interface Verdict {
  /** Whether at least one statement of the message stands. */
  stands(batch: string, ordinal: number): boolean;
  withdrawals(batch: string, ordinal: number): readonly Withdrawal[];
}

/**
 * Writes the final outcomes of one batch, or of those of its chunks that this import holds, and rings their dead letters.
 * With the last chunk its book is balanced a second time; false when it does not balance.
 */
export async function finishBatch(
  job: Job,
  { batch, from, to, chunks }: ImportScope['waiting'][number],
  verdict: Verdict,
  ports: Ports,
): Promise<boolean> {
  const book = await ports.ledger.batch(batch);
  if (book === undefined) throw new FaultError('The batch is not in the ledger');
  // It waited once more after another import closed it: its book is final.
  if (book.state === 'closed' && book.imports?.includes(job.import) !== true) return book.balanced === true;
  const imports = [...new Set([...(book.imports ?? []), job.import])];
  let counts: StateCounts = noCounts;
  let deadByReason: Record<string, number> = {};
  const add = (final: readonly MessageOutcome[]): void => {
    counts = addCounts(counts, countStates(final));
    deadByReason = addCounted([deadByReason, countReasons(final, 'dead')]);
  };
  for (let chunk = from; chunk < to; chunk += 1) add(await finishChunk(job, batch, chunk, verdict, ports));
  if (to < chunks) {
    await ports.ledger.updateBatch(batch, { imports });
    return true;
  }
  for (const final of await concurrently(numbers(from), 16, (chunk) => finalOf(batch, chunk, ports))) add(final);
  const balanced = counts.staged === 0 && balances(book.counted ?? -1, counts);
  const now = ports.clock.now();
  await ports.ledger.updateBatch(batch, {
    ...{ counts, deadByReason, balanced, imports },
    ...(balanced ? { state: 'closed' as const, closedAt: now } : { state: 'unbalanced' as const }),
  });
  return balanced;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/** What an earlier import of the same batch came to. */
async function finalOf(batch: string, chunk: number, ports: Ports): Promise<MessageOutcome[]> {
  const bytes = await ports.objects.get({ bucket: ports.work, key: layout.final(batch, chunk) });
  if (bytes === undefined) throw new FaultError('The final outcomes of a chunk are gone');
  return parseLines<MessageOutcome>(bytes);
}

async function finishChunk(
  job: Job,
  batch: string,
  chunk: number,
  verdict: Verdict,
  ports: Ports,
): Promise<MessageOutcome[]> {
  const at = (key: string) => ({ bucket: ports.work, key });
  const outcomes = parseLines<MessageOutcome>(await ports.objects.get(at(layout.outcomes(batch, chunk))));
  const judged = outcomes.map((outcome) => (outcome.state === 'staged' ? judge(batch, outcome, verdict) : outcome));
  const final = await setDuplicatesApart(job.tenant, batch, outcomes, judged, ports);
  await ports.objects.put(at(layout.final(batch, chunk)), formatLines(final));
  // Those that died before Close were rung at Seal.
  const died = final.filter(({ state }, index) => state === 'dead' && outcomes[index]?.state === 'staged');
  if (died.length > 0) await ports.deadLetters.send(died.map((outcome) => deadLetter(batch, outcome)));
  return final;
}

/** SEMANTICS 8.3: dead when any part was refused, superseded when all of it is outranked, else imported. */
function judge(batch: string, outcome: MessageOutcome, verdict: Verdict): MessageOutcome {
  const taken = verdict.withdrawals(batch, outcome.ordinal);
  const refused = [...(outcome.refused ?? []), ...taken.map(({ resource }) => resource)];
  const stands = verdict.stands(batch, outcome.ordinal);
  if (refused.length === 0) return { ...outcome, state: stands ? 'imported' : 'superseded' };
  const first = taken[0];
  return {
    ...{ ...outcome, state: 'dead', stage: stageOf(first), refused },
    reason: stands || first === undefined ? 'partial' : first.reason,
    ...(first === undefined ? {} : { path: first.path }),
  };
}

/** Who refused: the data store, Pack over the rendered whole, or Convert already. */
function stageOf(first: Withdrawal | undefined): string {
  if (first === undefined) return 'Convert';
  return first.reason === 'destination-rejected' ? 'Reconcile' : 'Pack';
}

/** A message whose bytes another message brought to their end first is a duplicate of it (SEMANTICS 8.2). */
async function setDuplicatesApart(
  tenant: string,
  batch: string,
  before: readonly MessageOutcome[],
  judged: readonly MessageOutcome[],
  ports: Ports,
): Promise<MessageOutcome[]> {
  const firstOf = new Map<string, number>();
  for (const { hash, ordinal, state } of judged) {
    const seenThrough = state === 'imported' || state === 'superseded';
    if (seenThrough && hash !== undefined && !firstOf.has(hash)) firstOf.set(hash, ordinal);
  }
  return await concurrently(judged, 16, async (outcome, index) => {
    const { hash, ordinal, state } = outcome;
    if (before[index]?.state !== 'staged' || hash === undefined || (state !== 'imported' && state !== 'superseded'))
      return outcome;
    if (firstOf.get(hash) !== ordinal) return { ...outcome, state: 'duplicate' };
    const owner = await ports.ledger.takeSeen(tenant, hash, { batch, ordinal });
    return owner.batch === batch && owner.ordinal === ordinal ? outcome : { ...outcome, state: 'duplicate' };
  });
}
