import { basename } from 'node:path';
import { layout } from '../core/layout.ts';
import type { Batch } from '../core/ledger/ledger.ts';
import type { MessageOutcome } from '../core/ledger/states.ts';
import { parseLines } from '../core/ndjson.ts';
import { UsageError } from './arguments.ts';
import type { Connection } from './connection.ts';
import { shippedFeeds } from './feeds.ts';

/** Tenants whose books this command knows; `-` holds what named none. */
export function knownTenants(): string[] {
  return [...new Set(shippedFeeds().map(({ tenant }) => tenant)), '-'];
}

export async function recentBatches(connection: Connection, limit: number): Promise<Batch[]> {
  const books = await Promise.all(knownTenants().map((tenant) => connection.ledger.batches(tenant, limit)));
  return books.flat().toSorted((left, right) => right.arrivedAt - left.arrivedAt);
}

/** A batch by its id or the beginning of it. */
export async function findBatch(connection: Connection, id: string): Promise<Batch> {
  const exact = await connection.ledger.batch(id);
  const found = exact ?? (await recentBatches(connection, 1000)).filter(({ batch }) => batch.startsWith(id));
  if (!Array.isArray(found)) return found;
  if (found.length !== 1 || found[0] === undefined)
    throw new UsageError(found.length === 0 ? `There is no batch ${id}` : `More than one batch begins with ${id}`);
  return found[0];
}

/** Outcomes of a batch, chunk by chunk: the final ones where the book is closed. */
export async function* outcomesOf(connection: Connection, { batch, chunks = 0 }: Batch): AsyncIterable<MessageOutcome> {
  const at = (key: string) => ({ bucket: connection.work, key });
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const bytes =
      (await connection.objects.get(at(layout.final(batch, chunk)))) ??
      (await connection.objects.get(at(layout.outcomes(batch, chunk))));
    yield* parseLines<MessageOutcome>(bytes);
  }
}

/** The dropped file's name, for the person who asks: it is in the ledger and nowhere else. */
export function fileName({ key }: Batch): string {
  return key === '' ? '(an event)' : basename(key);
}
