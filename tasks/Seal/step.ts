import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { ChunkSummary } from '../../core/ledger/chunk.ts';
import { deadLetter } from '../../core/ledger/dead-letter.ts';
import type { Batch, Ledger } from '../../core/ledger/ledger.ts';
import {
  addCounted,
  addCounts,
  balances,
  type MessageOutcome,
  noCounts,
  type StateCounts,
} from '../../core/ledger/states.ts';
import { formatLines, parseLines } from '../../core/ndjson.ts';
import type { Clock, ObjectStore, Queue } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly deadLetters: Queue;
  readonly clock: Clock;
  readonly work: string;
}

/**
 * The first balance: every chunk present exactly once, and `in = staged + duplicate + filtered + dead`, where *in* is the
 * second counter's. A batch that does not balance stays open and alarms; nothing of it goes on.
 */
export async function seal(event: unknown, ports: Ports): Promise<Output> {
  const { batch } = read(input, event);
  const book = await ports.ledger.batch(batch);
  if (book === undefined) throw new FaultError('The batch is not in the ledger');
  const summaries = await summariesOf(book, ports);
  const counts = summaries.reduce<StateCounts>((sum, summary) => addCounts(sum, summary.counts), noCounts);
  const deadByReason = addCounted(summaries.map((summary) => summary.deadByReason));
  const filteredByReason = addCounted(summaries.map((summary) => summary.filteredByReason));
  if (!balances(book.counted ?? -1, counts)) {
    await ports.ledger.updateBatch(batch, { state: 'unbalanced', counts, deadByReason, balanced: false });
    throw new FaultError('The book does not balance at Seal');
  }
  await ringDeadLetters(book, summaries, ports);
  const notes = await listNotes(book, summaries, ports);
  const open = counts.staged > 0;
  const now = ports.clock.now();
  const stillOpen = await ports.ledger.updateBatch(batch, {
    ...{ state: open ? 'sealed' : 'closed', counts, deadByReason, filteredByReason, balanced: true, sealedAt: now },
    ...(open ? {} : { closedAt: now }),
    // In a second run the notes may have been read already.
    ...(notes > 0 && book.notes === undefined
      ? { notes: { found: notes, read: 0, failed: 0, overBudget: 0, findings: 0, state: 'waiting' as const } }
      : {}),
  });
  // False when this runs a second time after Close: then nothing waits any more.
  if (open && stillOpen) {
    await ports.ledger.addWaiting(book.tenant, { batch, kind: 'messages', since: now });
    await ports.ledger.want(book.tenant);
  }
  if (notes > 0 && book.notes?.state !== 'read') {
    // After their book is opened: whoever reads notes closes that book.
    await ports.ledger.addNotesWaiting(book.tenant, batch);
    await ports.ledger.want(`notes#${book.tenant}`);
  }
  return { batch, tenant: book.tenant, staged: counts.staged, notes };
}

async function summariesOf(book: Batch, ports: Ports): Promise<ChunkSummary[]> {
  const numbers = Array.from({ length: book.chunks ?? 0 }, (_, chunk) => chunk);
  return await concurrently(numbers, 16, async (chunk) => {
    const summary = await readJson<ChunkSummary>(ports.objects, ports.work, layout.summary(book.batch, chunk));
    if (summary === undefined) throw new FaultError('A chunk is missing at Seal');
    return summary;
  });
}

/** One pointer per message that is dead already; when Seal runs twice they are repeated, which readers tolerate. */
async function ringDeadLetters(book: Batch, summaries: readonly ChunkSummary[], ports: Ports): Promise<void> {
  for (const { chunk, counts } of summaries) {
    if (counts.dead === 0) continue;
    const outcomes = parseLines<MessageOutcome>(
      await ports.objects.get({ bucket: ports.work, key: layout.outcomes(book.batch, chunk) }),
    );
    await ports.deadLetters.send(
      outcomes.filter(({ state }) => state === 'dead').map((outcome) => deadLetter(book.batch, outcome)),
    );
  }
}

async function listNotes(book: Batch, summaries: readonly ChunkSummary[], ports: Ports): Promise<number> {
  const withNotes = summaries.filter(({ notes }) => notes > 0);
  if (withNotes.length === 0) return 0;
  await ports.objects.put(
    { bucket: ports.work, key: layout.noteChunks(book.batch) },
    formatLines(withNotes.map(({ chunk }) => ({ chunk }))),
  );
  return withNotes.reduce((sum, { notes }) => sum + notes, 0);
}
