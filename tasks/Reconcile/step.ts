import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { Candidate, PartitionResult, Withdrawal } from '../../core/ledger/import-files.ts';
import { requireCounts } from '../../core/ledger/job-counts.ts';
import type { Head, Ledger } from '../../core/ledger/ledger.ts';
import { blamedPath, type Failure, failureShape, isServerError, parseS3Uri } from '../../core/ledger/manifest.ts';
import { blamedSlot } from '../../core/merge/blame.ts';
import { parseLines } from '../../core/ndjson.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly work: string;
}

type Job = ReturnType<typeof input>;

/**
 * Confirms what the data store took of one partition, and blames what it refused. Heads advance here and nowhere else,
 * each conditional on the import's sequence, so that running twice changes nothing.
 */
export async function reconcile(event: unknown, ports: Ports): Promise<Output> {
  const job = read(input, event);
  // Before any head moves.
  await requireCounts(job, ports.objects, ports.work);
  const failures = await failuresOf(job, ports);
  const refused = new Map(failures.map((failure) => [`${failure.resourceType}/${failure.resourceId}`, failure]));
  const key = layout.candidates(job.import, job.round, job.partition);
  const placed = place((await ports.objects.get({ bucket: ports.work, key })) ?? new Uint8Array());
  const whole = placed.filter(({ candidate }) => !candidate.staged.some((resource) => refused.has(resource)));
  const sequence = job.sequence * 1000 + job.round;
  await concurrently(whole, 8, async ({ candidate, start, end }) => {
    await ports.ledger.confirmHead(job.tenant, {
      root: candidate.state.root,
      key,
      start,
      end,
      sequence,
    } satisfies Head);
  });
  const withdrawals = await withdrawalsOf(job, placed, refused, ports);
  const result: PartitionResult = {
    withdrawals,
    serverErrors: failures.filter(isServerError).length,
    failureLines: failures.length,
    createdByType: countTypes(whole.flatMap(({ candidate }) => candidate.created)),
    updatedByType: countTypes(
      whole.flatMap(({ candidate: { staged, created } }) => staged.filter((one) => !created.includes(one))),
    ),
  };
  await ports.objects.put(
    { bucket: ports.work, key: layout.exceptions(job.import, job.round, job.partition) },
    JSON.stringify(result),
  );
  return { partition: job.partition, confirmed: whole.length, exceptions: failures.length };
}

async function failuresOf(job: Job, ports: Ports): Promise<Failure[]> {
  if (job.outputUri === '') return [];
  const { bucket, prefix } = parseS3Uri(job.outputUri);
  const file = layout.importPart(job.import, job.round, job.partition).split('/').at(-1) ?? '';
  const lines = parseLines<unknown>(await ports.objects.get({ bucket, key: `${prefix}FAILURE/${file}` }));
  const failures = lines.map((line) => read(failureShape, line));
  return await Promise.all(failures.map((failure) => named(failure, job, ports)));
}

/** The guide leaves resource type and id optional; then the line number says which resource it was. */
async function named(failure: Failure, job: Job, ports: Ports): Promise<Failure> {
  if (failure.resourceId !== undefined && failure.resourceType !== undefined) return failure;
  const bytes = await ports.objects.get({
    bucket: ports.work,
    key: layout.importPart(job.import, job.round, job.partition),
  });
  const line = parseLines<{ resourceType: string; id: string }>(bytes)[failure.lineId - 1];
  if (line === undefined) throw new FaultError('A failure line names no resource of ours');
  return { ...failure, resourceType: line.resourceType, resourceId: line.id };
}

interface Placed {
  readonly candidate: Candidate;
  readonly start: number;
  readonly end: number;
}

function place(bytes: Uint8Array): Placed[] {
  const placed: Placed[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    const [candidate] = parseLines<Candidate>(bytes.subarray(start, end));
    if (candidate !== undefined) placed.push({ candidate, start, end: end + 1 });
    start = end + 1;
  }
  return placed;
}

/** A refused line is attributed to the statement that gives the blamed element (DESIGN section 3, Reconcile). */
async function withdrawalsOf(
  job: Job,
  placed: readonly Placed[],
  refused: ReadonlyMap<string, Failure>,
  ports: Ports,
): Promise<Withdrawal[]> {
  const waiting = refused.size === 0 ? new Set<string>() : await saidInThisImport(job, ports);
  const withdrawals: Withdrawal[] = [];
  for (const { candidate } of placed) {
    for (const resource of candidate.staged) {
      const failure = refused.get(resource);
      if (failure === undefined || isServerError(failure)) continue;
      withdrawals.push(blame(candidate, resource, blamedPath(failure), waiting));
    }
  }
  return withdrawals;
}

function blame(candidate: Candidate, resource: string, path: string, waiting: ReadonlySet<string>): Withdrawal {
  const about = { resource, root: candidate.state.root, reason: 'destination-rejected' } as const;
  const state = candidate.state.resources[resource];
  // Only what this import brought can be taken back; what stands confirmed was taken before.
  const fresh = Object.fromEntries(Object.entries(state?.slots ?? {}).filter(([, slot]) => waiting.has(slot.batch)));
  const blamed = state === undefined ? undefined : blamedSlot({ ...state, slots: fresh }, path);
  // Refused though nobody said anything new of it: then it stays as the data store has it, or the round would never end.
  if (blamed === undefined) return { ...about, batch: '', ordinal: 0, path: '', whole: true };
  const { batch, ordinal, from } = blamed.slot;
  return { ...about, batch, ordinal, path: from };
}

async function saidInThisImport(job: Job, ports: Ports): Promise<ReadonlySet<string>> {
  const scope = await readJson<{ waiting: readonly { batch: string }[] }>(
    ports.objects,
    ports.work,
    layout.importScope(job.import),
  );
  return new Set(scope?.waiting.map(({ batch }) => batch));
}

function countTypes(resources: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const resource of resources) {
    const type = resource.slice(0, resource.indexOf('/'));
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
