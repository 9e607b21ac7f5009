import { rmSync } from 'node:fs';
import { type ImportBucket, type InputFile, openImportBucket } from './import-bucket.ts';
import { type ImportCounts, type ImportOrder, type ImportReport, jobOutputUri, parseS3Uri } from './import-order.ts';
import { importManifest } from './manifest.ts';
import { ndjsonLines } from './ndjson-lines.ts';
import { operationOutcome } from './operation-outcome.ts';
import { type OutputFiles, openOutputFiles } from './output-files.ts';
import { openResourceStore, type ResourceStore } from './resource-store.ts';
import { type CheckedLine, checkLine } from './validation/check-line.ts';

type Counts = { -readonly [Name in keyof ImportCounts]: number };

interface Run {
  readonly order: ImportOrder;
  readonly bucket: ImportBucket;
  readonly store: ResourceStore;
  readonly outputs: OutputFiles;
  readonly counts: Counts;
  readonly lastUpdated: string;
  readonly report: () => void;
}

const COMMIT_EVERY = 500;

/**
 * Runs one import job: probe, every line of every file, result files, manifest. Throws `ImportFailure` when the job as a
 * whole cannot go on; a bad line is a failure line and never more. Safe to run again after a kill.
 */
export async function runImport(order: ImportOrder, tell: (report: ImportReport) => void): Promise<ImportCounts> {
  const bucket = openImportBucket(order.endpoint);
  const store = openResourceStore(order.databaseFile);
  const counts: Counts = {
    scannedFiles: 0,
    scannedBytes: 0,
    importedFiles: 0,
    importedBytes: 0,
    scanned: 0,
    imported: 0,
    customerErrors: 0,
    serverErrors: 0,
  };
  rmSync(order.scratch, { recursive: true, force: true });
  const run: Run = {
    order,
    bucket,
    store,
    outputs: openOutputFiles(order.scratch),
    counts,
    lastUpdated: new Date(order.now).toISOString(),
    report: () => tell({ kind: 'progress', jobId: order.jobId, counts: { ...counts } }),
  };
  try {
    await importAll(run);
    return { ...counts };
  } finally {
    store.close();
    bucket.close();
    rmSync(order.scratch, { recursive: true, force: true });
  }
}

/** A job that ends FAILED with this message. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

async function importAll(run: Run): Promise<void> {
  const { order, bucket, counts } = run;
  const outputUri = jobOutputUri(order.outputUri, order.datastoreId, order.jobId);
  await attempt('The output location cannot be written', () =>
    bucket.putText(`${order.outputUri.replace(/\/+$/, '')}/`, '.healthlake_write_access_check_file.temp', ''),
  );
  const files = await attempt('The input location cannot be listed', () => bucket.list(order.inputUri));
  if (files.length === 0) throw new ImportFailure('The input location holds no .ndjson file');
  for (const file of files) {
    await attempt('An input file cannot be read or a result file cannot be written', () =>
      importFile(run, file, outputUri),
    );
  }
  await attempt('The manifest cannot be written', () =>
    bucket.putText(outputUri, 'Manifest.json', JSON.stringify(importManifest(order, outputUri, counts))),
  );
}

/** Names what failed and never what a file held; the cause stays with the error. */
async function attempt<T>(message: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    throw new ImportFailure(`${message} (${name})`, { cause: error });
  }
}

async function importFile(run: Run, file: InputFile, outputUri: string): Promise<void> {
  const { store, counts, order } = run;
  const prefix = parseS3Uri(order.inputUri).key;
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  counts.scannedFiles += 1;
  counts.scannedBytes += file.size;
  store.begin();
  try {
    let open = 0;
    for await (const { number, text } of ndjsonLines(await run.bucket.read(order.inputUri, file.key))) {
      if (text !== undefined && text.trim() === '') continue;
      importLine(run, number, text);
      open += 1;
      if (open % COMMIT_EVERY === 0) {
        store.commit();
        store.begin();
        run.report();
      }
    }
  } finally {
    store.commit();
  }
  await run.outputs.send(run.bucket, outputUri, file.key.slice(folder.length));
  counts.importedFiles += 1;
  run.report();
}

function importLine(run: Run, lineId: number, text: string | undefined): void {
  const { order, counts } = run;
  counts.scanned += 1;
  const checked: CheckedLine =
    text === undefined
      ? { refusals: [{ diagnostics: 'Invalid JSON found in input file' }] }
      : checkLine(text, order.level);
  const { resource, resourceType, resourceId } = checked;
  const names = {
    lineId,
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(resourceType === undefined ? {} : { resourceType }),
  };
  const planted = order.refuse?.resources.includes(`${resourceType}/${resourceId}`)
    ? order.refuse.statusCode
    : undefined;
  if (!resource || checked.refusals.length > 0 || planted !== undefined) {
    const refusals = planted === undefined ? checked.refusals : [{ diagnostics: 'Refused by an injected fault' }];
    const statusCode = planted ?? 400;
    counts[statusCode === 500 ? 'serverErrors' : 'customerErrors'] += 1;
    run.outputs.write('FAILURE', {
      ...names,
      UpdateResourceResponse: { jsonBlob: operationOutcome(refusals), statusCode },
    });
    return;
  }
  const version = run.store.upsert(resource, { job: order.jobId, position: counts.scanned }, run.lastUpdated);
  counts.imported += 1;
  counts.importedBytes += Buffer.byteLength(text ?? '');
  const jsonBlob = { resourceType, id: resourceId, meta: { versionId: String(version), lastUpdated: run.lastUpdated } };
  run.outputs.write('SUCCESS', {
    ...names,
    UpdateResourceResponse: { jsonBlob, statusCode: version === 1 ? 201 : 200 },
  });
}
