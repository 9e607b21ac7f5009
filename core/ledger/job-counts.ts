import { FaultError } from '../errors.ts';
import { layout } from '../layout.ts';
import type { ObjectStore } from '../ports.ts';
import { readJson } from '../read-json.ts';
import { read } from '../shape.ts';
import type { PackResult } from './import-files.ts';
import { manifestShape, parseS3Uri } from './manifest.ts';

interface Job {
  readonly import: string;
  readonly round: number;
  /** '' when nothing had to be imported. */
  readonly outputUri: string;
}

/**
 * `scanned = staged` and `failures = failure lines`, or the job is not believed (DESIGN section 3, Reconcile): a head
 * confirmed on the word of a torn answer would be lost in silence. Throws `InternalFault`, so that it runs again.
 */
export async function requireCounts(job: Job, objects: ObjectStore, work: string): Promise<void> {
  const packed = await readJson<PackResult>(objects, work, layout.packResult(job.import, job.round));
  if (packed === undefined) throw new FaultError('The round was not packed');
  if (job.outputUri === '') {
    if (packed.resources > 0) throw new FaultError('Resources were staged and no job was run');
    return;
  }
  const manifest = read(manifestShape, await manifestOf(job, objects));
  if (manifest.numberOfResourcesScanned !== packed.resources)
    throw new FaultError('The data store scanned another number of resources than was staged');
  const failed = manifest.numberOfResourcesWithCustomerError + (manifest.numberOfResourcesWithServerError ?? 0);
  if (failed !== (await failureLines(job, objects)))
    throw new FaultError('The manifest counts other failures than its failure files hold');
}

// Documented as manifest.json, seen live as Manifest.json: found by listing.
async function manifestOf(job: Job, objects: ObjectStore): Promise<unknown> {
  const { bucket, prefix } = parseS3Uri(job.outputUri);
  for await (const { key } of objects.list(bucket, prefix)) {
    if (key.slice(prefix.length).toLowerCase() === 'manifest.json') return await readJson(objects, bucket, key);
  }
  throw new FaultError('The import job left no manifest');
}

async function failureLines(job: Job, objects: ObjectStore): Promise<number> {
  const { bucket, prefix } = parseS3Uri(job.outputUri);
  let lines = 0;
  for await (const { key } of objects.list(bucket, `${prefix}FAILURE/`))
    lines += await linesOf(objects.stream({ bucket, key }));
  return lines;
}

/** Lines that are not blank; the last may lack its line end. */
async function linesOf(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0;
  let blank = true;
  for await (const part of bytes) {
    for (const byte of part) {
      if (byte === 0x0a) {
        lines += blank ? 0 : 1;
        blank = true;
      } else if (byte > 0x20) blank = false;
    }
  }
  return lines + (blank ? 0 : 1);
}
