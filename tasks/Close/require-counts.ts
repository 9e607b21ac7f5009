import { FaultError } from '../../core/errors.ts';
import type { PackResult, PartitionResult } from '../../core/ledger/import-files.ts';
import { manifestShape, parseS3Uri } from '../../core/ledger/manifest.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import type { Job, Ports } from './ports.ts';

/** `scanned = staged` and `failures = failure lines`, or the round is not believed (DESIGN section 3, Reconcile). */
export async function requireCounts(
  job: Job,
  packed: PackResult,
  results: readonly PartitionResult[],
  ports: Ports,
): Promise<void> {
  if (job.outputUri === '') {
    if (packed.resources > 0) throw new FaultError('Resources were staged and no job was run');
    return;
  }
  const manifest = read(manifestShape, await manifestOf(job, ports));
  const lines = results.reduce((sum, { failureLines }) => sum + failureLines, 0);
  const failed = manifest.numberOfResourcesWithCustomerError + (manifest.numberOfResourcesWithServerError ?? 0);
  if (manifest.numberOfResourcesScanned !== packed.resources)
    throw new FaultError('The data store scanned another number of resources than was staged');
  if (failed !== lines) throw new FaultError('The manifest counts other failures than its failure files hold');
}

// Documented as manifest.json, seen live as Manifest.json: found by listing.
async function manifestOf(job: Job, ports: Ports): Promise<unknown> {
  const { bucket, prefix } = parseS3Uri(job.outputUri);
  for await (const { key } of ports.objects.list(bucket, prefix)) {
    if (key.slice(prefix.length).toLowerCase() === 'manifest.json') return await readJson(ports.objects, bucket, key);
  }
  throw new FaultError('The import job left no manifest');
}
