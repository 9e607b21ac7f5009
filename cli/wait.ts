import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../core/ledger/ledger.ts';
import type { Connection } from './connection.ts';

const POLL_MS = 300;
/** How long a batch may be unknown or without an execution before it is said to stand still. */
const PATIENCE_MS = 30_000;

/** Waits until every book is closed and its notes are read; gives the batches that stand still or do not balance. */
export async function waitForBatches(
  connection: Connection,
  batches: readonly string[],
  options: { readonly json: boolean },
): Promise<ReadonlySet<string>> {
  const open = new Set(batches);
  const stalled = new Set<string>();
  const lastMoved = new Map<string, { state: string; at: number }>();
  while (open.size > 0) {
    const books = await Promise.all(
      [...open].map(async (batch) => [batch, await connection.ledger.batch(batch)] as const),
    );
    for (const [batch, book] of books) {
      if (isDone(book)) open.delete(batch);
      else if (book?.state === 'unbalanced' || (await standsStill(connection, batch, book, lastMoved))) {
        open.delete(batch);
        stalled.add(batch);
      }
    }
    progress(
      books.map(([, book]) => book),
      batches.length,
      open.size,
      options.json,
    );
    if (open.size > 0) await sleep(POLL_MS);
  }
  if (!options.json && process.stderr.isTTY) process.stderr.write('\n');
  return stalled;
}

/** Notes follow the messages: found, read, and their findings imported. */
export function isDone(book: Batch | undefined): boolean {
  if (book?.state !== 'closed') return false;
  const { notes } = book;
  return notes === undefined || (notes.state === 'read' && (notes.findings === 0 || book.findingsImport !== undefined));
}

async function standsStill(
  connection: Connection,
  batch: string,
  book: Batch | undefined,
  lastMoved: Map<string, { state: string; at: number }>,
): Promise<boolean> {
  const state = book?.state ?? 'unknown';
  // Notes are read and their findings imported after the book is closed: each is a move of its own.
  const place = `${state} ${book?.notes?.state ?? ''}`;
  const last = lastMoved.get(batch);
  if (last === undefined || last.state !== place) {
    lastMoved.set(batch, { state: place, at: performance.now() });
    return false;
  }
  if (performance.now() - last.at < PATIENCE_MS) return false;
  const early = state !== 'sealed' && state !== 'closed';
  if (early) return !(await connection.workflows.running(`${connection.executionPrefix}tributary-ingest:${batch}`));
  const claim = await connection.ledger.claim(
    state === 'sealed' || book?.notes?.state === 'read' ? (book?.tenant ?? '') : `notes#${book?.tenant}`,
  );
  return claim?.holder === undefined || !(await connection.workflows.running(claim.holder));
}

function progress(books: readonly (Batch | undefined)[], all: number, open: number, json: boolean): void {
  if (json || !process.stderr.isTTY) return;
  const states = new Map<string, number>();
  for (const book of books) {
    const state = book === undefined ? 'arriving' : book.state === 'closed' ? 'reading notes' : book.state;
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const text = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  process.stderr.write(`\r\u001b[K${all - open} of ${all} drops done; ${text}`);
}
