import type { Batch } from '../core/ledger/ledger.ts';
import { addCounts, noCounts, type StateCounts } from '../core/ledger/states.ts';
import type { Connection } from './connection.ts';

/** What `run --json` prints: numbers of messages, and of resources by type. */
export interface RunResult {
  readonly in: number;
  readonly imported: number;
  readonly dead: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly filtered: number;
  readonly balanced: boolean;
  /** Resources that the data store did not hold before, by type. */
  readonly resources: Readonly<Record<string, number>>;
  /** Resources that it held and holds in a new version now, by type. */
  readonly updated: Readonly<Record<string, number>>;
  readonly deadByReason: Readonly<Record<string, number>>;
  readonly filteredByReason: Readonly<Record<string, number>>;
  readonly batches: readonly string[];
  /** Batches that never came to an end. */
  readonly open: readonly string[];
  readonly importJobs: readonly string[];
  readonly notes: {
    readonly found: number;
    readonly read: number;
    readonly failed: number;
    readonly overBudget: number;
    readonly findings: number;
  };
  readonly seconds: number;
  readonly endpoint: string;
}

export async function resultOf(
  connection: Connection,
  batches: readonly string[],
  stalled: ReadonlySet<string>,
  seconds: number,
): Promise<RunResult> {
  const books = (await Promise.all(batches.map((batch) => connection.ledger.batch(batch)))).flatMap(
    (book) => book ?? [],
  );
  const counts = books.reduce<StateCounts>((sum, book) => addCounts(sum, book.counts ?? noCounts), noCounts);
  const imports = [
    ...new Set(
      books.flatMap((book) => [
        ...(book.imports ?? []),
        ...(book.findingsImport === undefined ? [] : [book.findingsImport]),
      ]),
    ),
  ];
  const records = await Promise.all(imports.map((id) => connection.ledger.importRecord(id)));
  const { imported, dead, duplicate, superseded, filtered } = counts;
  return {
    in: books.reduce((sum, book) => sum + (book.counted ?? 0), 0),
    ...{ imported, dead, duplicate, superseded, filtered },
    balanced: stalled.size === 0 && books.length === batches.length && books.every(({ balanced }) => balanced === true),
    resources: sum(records.map((record) => record?.created ?? {})),
    updated: sum(records.map((record) => record?.updated ?? {})),
    deadByReason: sum(books.map((book) => book.deadByReason ?? {})),
    filteredByReason: sum(books.map((book) => book.filteredByReason ?? {})),
    batches,
    open: [...stalled],
    importJobs: imports,
    notes: notesOf(books),
    seconds: Math.round(seconds * 10) / 10,
    endpoint: connection.endpoint,
  };
}

function sum(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) for (const [name, count] of Object.entries(part)) total[name] = (total[name] ?? 0) + count;
  return Object.fromEntries(Object.entries(total).toSorted(([left], [right]) => left.localeCompare(right, 'en')));
}

function notesOf(books: readonly Batch[]): RunResult['notes'] {
  const total = { found: 0, read: 0, failed: 0, overBudget: 0, findings: 0 };
  for (const { notes } of books) {
    if (notes === undefined) continue;
    total.found += notes.found;
    total.read += notes.read;
    total.failed += notes.failed;
    total.overBudget += notes.overBudget;
    total.findings += notes.findings;
  }
  return total;
}
