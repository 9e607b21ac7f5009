import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { parseLines } from '../../core/ndjson.ts';
import type { NotesSummary } from '../../core/notes/notes-summary.ts';
import type { Clock, ObjectStore } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly work: string;
}

/** Closes the book of a batch's notes: found = read + failed + over budget. The findings then wait like other statements. */
export async function sealNotes(event: unknown, ports: Ports): Promise<Output> {
  const { tenant, batch } = read(input, event);
  const book = await ports.ledger.batch(batch);
  if (book?.notes === undefined) throw new FaultError('The batch has no notes');
  const chunks = parseLines<{ chunk: number }>(
    await ports.objects.get({ bucket: ports.work, key: layout.noteChunks(batch) }),
  );
  const summaries = await concurrently(chunks, 8, async ({ chunk }) => {
    // A chunk whose task failed for good was not read; its notes count as failed.
    return await readJson<NotesSummary>(ports.objects, ports.work, layout.findingsSummary(batch, chunk));
  });
  const sum = (count: (summary: NotesSummary) => number) =>
    summaries.reduce((total, summary) => total + (summary === undefined ? 0 : count(summary)), 0);
  const [readCount, overBudget, findings] = [
    sum((chunk) => chunk.read),
    sum((chunk) => chunk.overBudget),
    sum((chunk) => chunk.findings),
  ];
  const failed = book.notes.found - readCount - overBudget;
  await ports.ledger.setNotes(batch, {
    found: book.notes.found,
    read: readCount,
    failed,
    overBudget,
    findings,
    state: 'read',
  });
  if (findings > 0) {
    await ports.ledger.addWaiting(tenant, { batch, kind: 'findings', since: ports.clock.now() });
    await ports.ledger.want(tenant);
  }
  await ports.ledger.removeNotesWaiting(tenant, batch);
  return { findings };
}
