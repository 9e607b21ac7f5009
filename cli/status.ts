import type { Batch } from '../core/ledger/ledger.ts';
import type { MessageOutcome } from '../core/ledger/states.ts';
import { reasonText } from '../core/reasons.ts';
import { readArguments, stateDirectory } from './arguments.ts';
import { fileName, findBatch, knownTenants, outcomesOf, recentBatches } from './books.ts';
import type { Connection } from './connection.ts';
import { withPipeline } from './with-pipeline.ts';

const help = `tributary status [batch] [--json] [--directory <dir>]

One screen: the newest batches, where each stands, what waits for the data store, what died. With a batch
(its id, or how it begins): its book, and its messages that died or were filtered.
`;

const SHOWN = 20;

export async function status(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {}, help);
  if (parsed === undefined) return 0;
  const json = parsed.flags.has('json');
  return await withPipeline(stateDirectory(parsed), async (connection) => {
    const id = parsed.rest[0];
    const told = id === undefined ? await overview(connection) : await detail(connection, id);
    process.stdout.write(json ? `${JSON.stringify(told.json)}\n` : `${told.lines.join('\n')}\n`);
    return told.balanced ? 0 : 2;
  });
}

interface Told {
  readonly json: unknown;
  readonly lines: readonly string[];
  readonly balanced: boolean;
}

async function overview(connection: Connection): Promise<Told> {
  const batches = await recentBatches(connection, SHOWN);
  const waiting = await Promise.all(
    knownTenants().map(async (tenant) => ({
      tenant,
      waiting: (await connection.ledger.waiting(tenant)).length,
      notes: (await connection.ledger.notesWaiting(tenant)).length,
      importing: (await connection.ledger.claim(tenant))?.open !== undefined,
    })),
  );
  const open = batches.filter(({ state }) => state !== 'closed');
  const oldest = open.reduce<Batch | undefined>(
    (first, batch) => (first === undefined || batch.arrivedAt < first.arrivedAt ? batch : first),
    undefined,
  );
  const lines = [
    `${'batch'.padEnd(10)}${'feed'.padEnd(19)} ${'state'.padEnd(12)}${columns.map((name) => name.padStart(11)).join('')}  file`,
    ...batches.map(row),
    '',
    ...waiting
      .filter((entry) => entry.waiting + entry.notes > 0 || entry.importing)
      .map(
        (entry) =>
          `${entry.tenant}: ${entry.waiting} batches wait for the data store, ${entry.notes} for their notes${entry.importing ? '; an import is under way' : ''}`,
      ),
    oldest === undefined
      ? 'Nothing is open.'
      : `Oldest open batch: ${oldest.batch.slice(0, 8)}, since ${new Date(oldest.arrivedAt).toISOString()}`,
    ...deadLines(batches),
  ];
  return {
    json: { batches: batches.map(publicBook), waiting },
    lines,
    balanced: batches.every(({ balanced, state }) => balanced !== false && state !== 'unbalanced'),
  };
}

const columns = ['in', 'imported', 'superseded', 'duplicate', 'filtered', 'dead'] as const;

function row(book: Batch): string {
  const value = (name: (typeof columns)[number]) => (name === 'in' ? book.counted : book.counts?.[name]);
  return `${book.batch.slice(0, 8).padEnd(10)}${book.feed.padEnd(19)} ${book.state.padEnd(12)}${columns.map((name) => String(value(name) ?? '').padStart(11)).join('')}  ${fileName(book)}`;
}

function deadLines(batches: readonly Batch[]): string[] {
  const sum = new Map<string, number>();
  for (const { deadByReason } of batches)
    for (const [code, count] of Object.entries(deadByReason ?? {})) sum.set(code, (sum.get(code) ?? 0) + count);
  return sum.size === 0
    ? ['No dead letters.']
    : [
        '',
        'Dead by reason (tributary dead):',
        ...[...sum].map(([code, count]) => `  ${String(count).padStart(6)}  ${code}`),
      ];
}

async function detail(connection: Connection, id: string): Promise<Told> {
  const book = await findBatch(connection, id);
  const ended: string[] = [];
  const messages: unknown[] = [];
  for await (const outcome of outcomesOf(connection, book)) {
    if (outcome.state !== 'dead' && outcome.state !== 'filtered') continue;
    const { hash: _hash, ...shown } = outcome;
    messages.push(shown);
    if (ended.length < MESSAGES_SHOWN) ended.push(endedLine(outcome));
  }
  return {
    json: { ...publicBook(book), messages },
    lines: [...bookLines(book), ...ended],
    balanced: book.balanced !== false,
  };
}

const MESSAGES_SHOWN = 200;

function endedLine({ ordinal, state, reason, path }: MessageOutcome): string {
  return `  message ${ordinal}: ${state}, ${reason ?? ''}${path ? ` at ${path}` : ''}. ${reason ? reasonText(reason) : ''}`;
}

function bookLines(book: Batch): string[] {
  const verdict = { undefined: 'not balanced yet', true: 'the book balances', false: 'THE BOOK DOES NOT BALANCE' };
  const { notes } = book;
  return [
    `batch ${book.batch} of feed ${book.feed}: ${book.state}`,
    `  file ${fileName(book)}, ${book.size} bytes, arrived ${new Date(book.arrivedAt).toISOString()}`,
    `  ${columns.map((name) => `${name} ${(name === 'in' ? book.counted : book.counts?.[name]) ?? '-'}`).join(', ')}`,
    `  ${verdict[String(book.balanced) as keyof typeof verdict]}`,
    ...(book.issues ?? []).map(
      ({ code, path, detail }) =>
        `  noticed: ${code}${path ? ` at ${path}` : ''}${detail ? `, ${detail}` : ''}. ${reasonText(code)}`,
    ),
    ...(notes === undefined
      ? []
      : [
          `  notes: ${notes.found} found, ${notes.read} read, ${notes.findings} findings, ${notes.failed} failed, ${notes.overBudget} over budget`,
        ]),
  ];
}

function publicBook(book: Batch): object {
  const {
    batch,
    feed,
    tenant,
    state,
    counted,
    counts,
    deadByReason,
    filteredByReason,
    balanced,
    notes,
    imports,
    arrivedAt,
    closedAt,
  } = book;
  return {
    batch,
    feed,
    tenant,
    state,
    file: fileName(book),
    counted,
    counts,
    deadByReason,
    filteredByReason,
    balanced,
    notes,
    imports,
    arrivedAt,
    closedAt,
  };
}
