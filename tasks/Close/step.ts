import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { ImportScope, PartitionResult, TallyLine, Withdrawal } from '../../core/ledger/import-files.ts';
import { requireCounts } from '../../core/ledger/job-counts.ts';
import type { ClaimState, ImportRecord } from '../../core/ledger/ledger.ts';
import { addCounted } from '../../core/ledger/states.ts';
import { parseLines } from '../../core/ndjson.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';
import { finishBatch, type Verdict } from './finish-batch.ts';
import type { Job, Ports } from './ports.ts';

/**
 * Ends a round. When something was refused, its statements are taken back and another round packs the rest; when nothing
 * was, the outcomes become final and every batch of the import is balanced a second time (DESIGN section 1).
 */
export async function close(event: unknown, ports: Ports): Promise<Output> {
  const job = read(input, event);
  await requireCounts(job, ports.objects, ports.work);
  const partitions = await partitionsOf(job, ports);
  const results = await concurrently(partitions, 8, (partition) => resultOf(job, partition, ports));
  const before =
    (await readJson<Withdrawal[]>(ports.objects, ports.work, layout.withdrawn(job.import, job.round))) ?? [];
  const byPack = (await concurrently(partitions, 8, (partition) => packWithdrawals(job, partition, ports))).flat();
  const withdrawn = [...before, ...byPack];
  if (results.some(({ failureLines }) => failureLines > 0)) {
    await prepareNextRound(job, withdrawn, results, ports);
    return { again: true };
  }
  await finish(job, withdrawn, partitions, results, ports);
  return { again: false };
}

async function partitionsOf(job: Job, ports: Ports): Promise<number[]> {
  const bytes = await ports.objects.get({ bucket: ports.work, key: layout.partitions(job.import, job.round) });
  return parseLines<{ partition: number }>(bytes).map(({ partition }) => partition);
}

async function resultOf(job: Job, partition: number, ports: Ports): Promise<PartitionResult> {
  const result = await readJson<PartitionResult>(
    ports.objects,
    ports.work,
    layout.exceptions(job.import, job.round, partition),
  );
  if (result === undefined) throw new FaultError('A partition was not reconciled');
  return result;
}

async function packWithdrawals(job: Job, partition: number, ports: Ports): Promise<readonly Withdrawal[]> {
  const found = await readJson<Pick<PartitionResult, 'withdrawals'>>(
    ports.objects,
    ports.work,
    layout.packWithdrawn(job.import, job.round, partition),
  );
  return found?.withdrawals ?? [];
}

async function prepareNextRound(
  job: Job,
  withdrawn: readonly Withdrawal[],
  results: readonly PartitionResult[],
  ports: Ports,
): Promise<void> {
  const refused = results.flatMap(({ withdrawals }) => withdrawals);
  const serverErrors = results.reduce((sum, result) => sum + result.serverErrors, 0);
  if (refused.length === 0 && serverErrors === 0) throw new FaultError('A refusal names nothing that this import said');
  // One statement a round finds the guilty one and spares its neighbours; but many messages may say the same wrong thing of
  // one resource, and the data store must not be held for ever.
  const blunt = job.round >= ports.maxRounds / 2;
  const more = blunt ? refused.map((one): Withdrawal => ({ ...one, whole: true })) : refused;
  await ports.objects.put(
    { bucket: ports.work, key: layout.withdrawn(job.import, job.round + 1) },
    JSON.stringify([...withdrawn, ...more]),
  );
  await moveClaim(job, ports, (claim) => ({ ...claim, round: job.round + 1, attempt: 1 }));
  // The service fails again and again: alarm; the sweep goes on with the next round in a while.
  if (job.round >= ports.maxRounds) throw new FaultError('The import does not come to an end');
}

/** The claim of this import moves on; when it has moved already, this is a second run. */
async function moveClaim(job: Job, ports: Ports, next: (claim: ClaimState) => ClaimState): Promise<void> {
  const claim = await ports.ledger.claim(job.tenant);
  if (claim?.open !== job.import || claim.round !== job.round) return;
  if (!(await ports.ledger.replaceClaim(job.tenant, claim, next(claim))))
    throw new FaultError('Another execution holds the data store');
}

async function finish(
  job: Job,
  withdrawn: readonly Withdrawal[],
  partitions: readonly number[],
  results: readonly PartitionResult[],
  ports: Ports,
): Promise<void> {
  const scope = await readJson<ImportScope>(ports.objects, ports.work, layout.importScope(job.import));
  if (scope === undefined) throw new FaultError('The scope of the import is gone');
  const verdict = await verdictOf(job, withdrawn, partitions, ports);
  // Before any batch is closed: whoever sees a closed book finds what its import loaded.
  await ports.ledger.putImport({
    ...{ import: job.import, tenant: job.tenant, closedAt: ports.clock.now(), rounds: job.round },
    ...(await resourcesOfAllRounds(job, results, ports)),
    refused: withdrawn.length,
    batches: [...new Set(scope.waiting.map(({ batch }) => batch))],
  });
  let balanced = true;
  for (const entry of scope.waiting) {
    const { batch, kind, to, chunks } = entry;
    if (kind === 'messages') balanced = (await finishBatch(job, entry, verdict, ports)) && balanced;
    else if (to >= chunks) await ports.ledger.setFindingsImport(batch, job.import);
    if (to >= chunks) await ports.ledger.removeWaiting(job.tenant, { batch, kind });
    // In the front of the queue: what is begun is brought to its end.
    else if (await isOpen(job, ports)) await ports.ledger.addWaiting(job.tenant, { batch, kind, since: 0, from: to });
  }
  await moveClaim(job, ports, ({ open: _open, ...claim }) => ({ ...claim, round: 1, attempt: 1 }));
  // After all is written: the other batches are closed, and this one stays open and alarms.
  if (!balanced) throw new FaultError('A book does not balance at Close');
}

/** Whether this import is still the one under way; a run that comes late must not move what waits. */
async function isOpen(job: Job, ports: Ports): Promise<boolean> {
  return (await ports.ledger.claim(job.tenant))?.open === job.import;
}

async function verdictOf(
  job: Job,
  withdrawn: readonly Withdrawal[],
  partitions: readonly number[],
  ports: Ports,
): Promise<Verdict> {
  const standing = new Map<string, Set<number>>();
  for (const partition of partitions) {
    const bytes = await ports.objects.get({ bucket: ports.work, key: layout.tally(job.import, job.round, partition) });
    for (const { batch, ordinal } of parseLines<TallyLine>(bytes))
      standing.set(batch, (standing.get(batch) ?? new Set()).add(ordinal));
  }
  const taken = Map.groupBy(
    withdrawn.filter(({ ordinal }) => ordinal >= 0),
    ({ batch, ordinal }) => `${batch} ${ordinal}`,
  );
  return {
    stands: (batch, ordinal) => standing.get(batch)?.has(ordinal) === true,
    withdrawals: (batch, ordinal) => taken.get(`${batch} ${ordinal}`) ?? [],
  };
}

/** A root is confirmed in one round only, so the rounds add up. */
async function resourcesOfAllRounds(
  job: Job,
  last: readonly PartitionResult[],
  ports: Ports,
): Promise<Pick<ImportRecord, 'created' | 'updated'>> {
  const results = [...last];
  for (let round = 1; round < job.round; round += 1) {
    const earlier = { ...job, round };
    const partitions = await partitionsOf(earlier, ports);
    results.push(...(await concurrently(partitions, 8, (partition) => resultOf(earlier, partition, ports))));
  }
  return {
    created: addCounted(results.map(({ createdByType }) => createdByType)),
    updated: addCounted(results.map(({ updatedByType }) => updatedByType)),
  };
}
