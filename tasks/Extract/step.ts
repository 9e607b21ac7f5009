import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { loadFeed } from '../../core/feeds.ts';
import { layout } from '../../core/layout.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { findingMarks } from '../../core/merge/note-marks.ts';
import { withAuthority } from '../../core/merge/order-key.ts';
import { layOutByPartition } from '../../core/merge/staged-file.ts';
import type { StagedNote } from '../../core/merge/staged-note.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import { parseLines } from '../../core/ndjson.ts';
import type { Answer, NoteAnswers } from '../../core/notes/answers.ts';
import { addCost, costOf, isAffordable, type NoteBudget, type NoteCost, noCost } from '../../core/notes/budget.ts';
import { findingsOf, type NoteFindings } from '../../core/notes/findings.ts';
import type { NotesSummary } from '../../core/notes/notes-summary.ts';
import type { EntityExtraction, KeyedHash, ObjectStore, Sha256 } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { answersFor } from './answers.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly sha256: Sha256;
  readonly keyedHash: () => Promise<KeyedHash>;
  readonly extraction: EntityExtraction<Answer>;
  readonly work: string;
  readonly partitions: number;
}

type Job = ReturnType<typeof input>;

/**
 * Reads the notes of one chunk: entities by text (kept by keyed hash, so that a text is paid for once), then findings as
 * statements under the note's root. A budget or a text that cannot be read stops that note, never a message.
 */
export async function extract(event: unknown, ports: Ports): Promise<Output> {
  const job = read(input, event);
  const notes = parseLines<StagedNote>(
    await ports.objects.get({ bucket: ports.work, key: layout.notes(job.batch, job.chunk) }),
  );
  const { affordable, spent } = choose(notes, await budgetOf(job, ports), await spentBefore(job, ports));
  const found = await concurrently(affordable, 4, (note) => findingsIn(note, job, ports));
  const lines = affordable.flatMap((note, index) => linesOf(note, found[index], job));
  const staged = layOutByPartition(lines, ports.partitions);
  await ports.objects.put({ bucket: ports.work, key: layout.findings(job.batch, job.chunk) }, staged.body);
  const summary: NotesSummary = {
    read: found.filter((one) => one !== undefined).length,
    failed: found.filter((one) => one === undefined).length,
    overBudget: notes.length - affordable.length,
    findings: lines.length,
    ...{ spent, omitted: sumOmitted(found), index: staged.index },
  };
  await ports.objects.put(
    { bucket: ports.work, key: layout.findingsSummary(job.batch, job.chunk) },
    JSON.stringify(summary),
  );
  return { chunk: job.chunk, read: summary.read, findings: lines.length };
}

async function budgetOf(job: Job, ports: Ports): Promise<NoteBudget> {
  const book = await ports.ledger.batch(job.batch);
  const feed = await loadFeed(ports.objects, ports.work, book?.feedHash ?? '');
  if (feed === undefined) throw new FaultError('The feed of the batch is gone');
  return { characters: feed.notes.budgetCharacters };
}

/** What the chunks before this one spent: a budget is one batch's. */
async function spentBefore(job: Job, ports: Ports): Promise<NoteCost> {
  const chunks = parseLines<{ chunk: number }>(
    await ports.objects.get({ bucket: ports.work, key: layout.noteChunks(job.batch) }),
  );
  const earlier = chunks.filter(({ chunk }) => chunk < job.chunk);
  const summaries = await concurrently(earlier, 8, ({ chunk }) =>
    readJson<NotesSummary>(ports.objects, ports.work, layout.findingsSummary(job.batch, chunk)),
  );
  return summaries.reduce((sum, summary) => addCost(sum, summary?.spent ?? noCost), noCost);
}

function choose(
  notes: readonly StagedNote[],
  budget: NoteBudget,
  before: NoteCost,
): { affordable: StagedNote[]; spent: NoteCost } {
  let [total, spent] = [before, noCost];
  const affordable = notes.filter((note) => {
    const cost = costOf(note.text);
    if (!isAffordable(total, cost, budget)) return false;
    total = addCost(total, cost);
    spent = addCost(spent, cost);
    return true;
  });
  return { affordable, spent };
}

/** Undefined when the service refuses the text for good. */
async function findingsIn(note: StagedNote, job: Job, ports: Ports): Promise<NoteFindings | undefined> {
  let answers: NoteAnswers;
  try {
    answers = await answersFor(note.text, job.tenant, ports);
  } catch (error) {
    if (isRefusedText(error)) return undefined;
    throw error;
  }
  return findingsOf({ ...note, tenant: job.tenant }, answers, { sha256: ports.sha256 });
}

/** Names of the service's errors that blame the text (Comprehend Medical API reference). */
const REFUSALS = new Set(['TextSizeLimitExceededException', 'InvalidEncodingException', 'InvalidRequestException']);

/** A refused call carries the service's own name for it; anything else is a fault of ours or worth another try. */
function isRefusedText(error: unknown): boolean {
  const { call } = (error ?? {}) as { readonly call?: unknown };
  return typeof call === 'string' && REFUSALS.has(call);
}

function linesOf(note: StagedNote, found: NoteFindings | undefined, job: Job): StagedLine[] {
  return (found?.resources ?? []).map(({ type, id, root, authority, slots }) => ({
    ...{ batch: job.batch, ordinal: -note.ordinal, type, id, root },
    order: withAuthority(note.order, authority),
    slots: {
      ...Object.fromEntries(Object.entries(slots).map(([name, { value, from }]) => [name, { value, from }])),
      ...findingMarks(note.resource, note.hash, note.from),
    },
  }));
}

function sumOmitted(found: readonly (NoteFindings | undefined)[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of found)
    for (const [reason, count] of Object.entries(one?.tally.omitted ?? {})) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
