import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { ImportScope, PackResult, Withdrawal } from '../../core/ledger/import-files.ts';
import { formatLines } from '../../core/ndjson.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { input } from './contract.ts';
import { packPartition } from './partition.ts';
import type { Job, Ports } from './ports.ts';
import { chooseScope } from './scope.ts';

/**
 * A pure function of confirmed heads and waiting statements (DESIGN section 3): merges, renders whole resources, leaves out
 * what equals the confirmed state, and writes immutable candidates. Its result is written last; a second run answers it.
 */
export async function pack(event: unknown, ports: Ports): Promise<PackResult> {
  const job = read(input, event);
  const at = (key: string) => ({ bucket: ports.work, key });
  const done = await readJson<PackResult>(ports.objects, ports.work, layout.packResult(job.import, job.round));
  if (done !== undefined) return done;
  const scope = await scopeOf(job, ports);
  const withdrawn =
    (await readJson<Withdrawal[]>(ports.objects, ports.work, layout.withdrawn(job.import, job.round))) ?? [];
  const partitions = Array.from({ length: ports.limits.partitions }, (_, partition) => partition);
  const packed = await concurrently(partitions, 2, (partition) =>
    packPartition(partition, job, scope, withdrawn, ports),
  );
  const used = partitions.filter((partition) => packed[partition]?.used === true);
  await ports.objects.put(
    at(layout.partitions(job.import, job.round)),
    formatLines(used.map((partition) => ({ partition }))),
  );
  const result: PackResult = {
    inputUri: `s3://${ports.work}/${layout.importInput(job.import, job.round)}`,
    outputUri: `s3://${ports.work}/${layout.importOutput(job.import, job.round)}`,
    partitionsKey: layout.partitions(job.import, job.round),
    resultsPrefix: layout.reconcileResults(job.import, job.round),
    resources: packed.reduce((sum, { resources }) => sum + resources, 0),
    partitions: used.length,
  };
  await ports.objects.put(at(layout.packResult(job.import, job.round)), JSON.stringify(result));
  return result;
}

async function scopeOf(job: Job, ports: Ports): Promise<ImportScope> {
  const key = layout.importScope(job.import);
  const fixed = await readJson<ImportScope>(ports.objects, ports.work, key);
  if (fixed !== undefined) return fixed;
  const scope = await chooseScope(job.tenant, ports);
  if (await ports.objects.putIfAbsent({ bucket: ports.work, key }, JSON.stringify(scope))) return scope;
  // Another run of this task fixed it meanwhile.
  const theirs = await readJson<ImportScope>(ports.objects, ports.work, key);
  if (theirs === undefined) throw new FaultError('The scope of the import is gone');
  return theirs;
}
