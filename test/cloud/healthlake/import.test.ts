import { ListFHIRImportJobsCommand, StartFHIRImportJobCommand } from '@aws-sdk/client-healthlake';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportFault } from '../../../local/healthlake/faults.ts';
import {
  activeDatastore,
  discard,
  ended,
  importLines,
  importRequest,
  type Laptop,
  openLaptop,
  outputLines,
} from './laptop.ts';

const faults: Partial<Record<'start' | 'run', ImportFault>> = {};
let laptop: Laptop;
let datastore: string;

beforeAll(async () => {
  laptop = await openLaptop({ fault: (moment) => faults[moment] });
  datastore = await activeDatastore(laptop);
});

afterAll(async () => {
  await laptop.stop();
  discard(laptop.directory);
});

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, gender: 'female', ...more });

test('a clean import completes, writes its manifest and its successes, and tells the bus', async () => {
  const job = await importLines(laptop, datastore, 'clean', [patient('a'), patient('b')]);
  expect(job.JobStatus).toBe('COMPLETED');
  expect(job.SubmitTime).toBeInstanceOf(Date);
  expect(job.JobOutputDataConfig?.S3Configuration?.S3Uri).toBe(
    `s3://work/out/clean/${datastore}-FHIR_IMPORT-${job.JobId}/`,
  );
  expect(job.JobProgressReport).toMatchObject({
    TotalNumberOfScannedFiles: 1,
    TotalNumberOfResourcesScanned: 2,
    TotalNumberOfResourcesImported: 2,
  });
  expect((await outputLines(laptop, job, 'Manifest.json'))[0]).toMatchObject({
    numberOfResourcesScanned: 2,
    numberOfResourcesWithCustomerError: 0,
  });
  expect(await outputLines(laptop, job, 'SUCCESS/000.ndjson')).toHaveLength(2);
  await expect(outputLines(laptop, job, 'FAILURE/000.ndjson')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await laptop.get('out/clean/.healthlake_write_access_check_file.temp')).toBe('');
  const told = laptop.events
    .filter(({ detail }) => (detail as { jobId?: string }).jobId === job.JobId)
    .map((event) => event['detail-type']);
  expect(told).toEqual(['Import Job Submitted', 'Import Job Queued', 'Import Job In Progress', 'Import Job Completed']);
  expect(laptop.events.at(-1)?.detail).toEqual({
    jobId: job.JobId,
    submitTime: job.SubmitTime?.toISOString(),
    datastoreId: datastore,
    inputDataConfig: { s3Uri: 's3://work/clean/' },
  });
});

test('a refused line names its number, its resource and the reason, and leaves its neighbours alone', async () => {
  const job = await importLines(laptop, datastore, 'mixed', [
    patient('good'),
    '',
    '{"resourceType":"Patient"',
    { resourceType: 'Patient' },
    patient('bad_id'),
    { resourceType: 'Observation', id: 'o1', code: { text: 'x' } },
    patient('p1', { gender: 'nonsense' }),
    patient('p2', { shoeSize: 43 }),
    patient('p3', { meta: { profile: ['http://example.org/unknown'] } }),
  ]);
  expect(job.JobStatus).toBe('COMPLETED_WITH_ERRORS');
  const failures = (await outputLines(laptop, job, 'FAILURE/000.ndjson')).map((line) => {
    const { lineId, resourceId, resourceType, UpdateResourceResponse } = line;
    const { diagnostics, expression } = UpdateResourceResponse.jsonBlob.issue[0] ?? { diagnostics: '' };
    return [lineId, resourceType, resourceId, UpdateResourceResponse.statusCode, diagnostics, expression?.[0]];
  });
  expect(failures).toEqual([
    [3, undefined, undefined, 400, 'Invalid JSON found in input file', undefined],
    [4, 'Patient', undefined, 400, 'Missing required id field in resource json', undefined],
    [5, 'Patient', 'bad_id', 400, expect.stringContaining("at 'resourceId' failed to satisfy constraint"), undefined],
    [
      6,
      'Observation',
      'o1',
      400,
      expect.stringContaining("Element 'Observation.status': minimum required = 1, but only found 0"),
      'Observation.status',
    ],
    [7, 'Patient', 'p1', 400, expect.stringContaining('is not in the value set'), 'Patient.gender'],
    [8, 'Patient', 'p2', 400, "Unrecognised property '@shoeSize'", 'Patient.shoeSize'],
    [9, 'Patient', 'p3', 400, expect.stringContaining('unknown'), 'Patient.meta.profile'],
  ]);
  expect((await outputLines(laptop, job, 'Manifest.json'))[0]).toMatchObject({
    numberOfResourcesScanned: 8,
    numberOfResourcesImportedSuccessfully: 1,
    numberOfResourcesWithCustomerError: 7,
    numberOfResourcesWithServerError: 0,
  });
});

test('the same id twice in one job ends as the last line, at version 2', async () => {
  const job = await importLines(laptop, datastore, 'twice', [
    patient('twin', { gender: 'male' }),
    patient('twin', { gender: 'other' }),
  ]);
  expect(job.JobStatus).toBe('COMPLETED');
  const read = await (await fetch(`${laptop.endpoint}/datastore/${datastore}/r4/Patient/twin`)).json();
  expect(read).toMatchObject({ gender: 'other', meta: { versionId: '2' } });
});

test('one client token is one job, and is refused with another body', async () => {
  await laptop.put('token/a.ndjson', JSON.stringify(patient('token')));
  const request = importRequest(datastore, 'token', { ClientToken: 'token-1', JobName: 'first' });
  const first = await laptop.client.send(new StartFHIRImportJobCommand(request));
  const again = await laptop.client.send(new StartFHIRImportJobCommand(request));
  expect(again.JobId).toBe(first.JobId);
  const other = laptop.client.send(new StartFHIRImportJobCommand({ ...request, JobName: 'second' }));
  await expect(other).rejects.toMatchObject({ name: 'ValidationException' });
  await ended(laptop, datastore, first.JobId);
  const { ImportJobPropertiesList } = await laptop.client.send(
    new ListFHIRImportJobsCommand({ DatastoreId: datastore, JobName: 'first' }),
  );
  expect(ImportJobPropertiesList?.map(({ JobId }) => JobId)).toEqual([first.JobId]);
});

test('jobs run one at a time in the order they came, and a 26th that would wait is throttled', async () => {
  await laptop.put('fifo/a.ndjson', JSON.stringify(patient('fifo')));
  laptop.events.length = 0;
  const jobs: (string | undefined)[] = [];
  const refused: unknown[] = [];
  const starts = Array.from({ length: 27 }, () =>
    laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, 'fifo'))),
  );
  for (const start of await Promise.allSettled(starts)) {
    if (start.status === 'fulfilled') jobs.push(start.value.JobId);
    else refused.push(start.reason.name);
  }
  for (const job of jobs) await ended(laptop, datastore, job);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(new Set(['ThrottlingException']));
  const runs = laptop.events.filter((event) => /Progress|Completed/.test(event['detail-type']));
  const submitted = laptop.events.filter((event) => event['detail-type'] === 'Import Job Submitted');
  const ids = (events: typeof runs) => events.map(({ detail }) => (detail as { jobId: string }).jobId);
  expect(ids(runs)).toEqual(ids(submitted).flatMap((id) => [id, id]));
});

test.each([
  ['a missing role', { DataAccessRoleArn: undefined }, 'dataAccessRoleArn'],
  ['a token with a space', { ClientToken: 'a b' }, 'clientToken'],
  ['a bucket that is none', { InputDataConfig: { S3Uri: 's3://UPPER/x' } }, 'inputDataConfig.s3Uri'],
  ['an unknown level', { ValidationLevel: 'lenient' as never }, 'validationLevel'],
  ['the level that is not built', { ValidationLevel: 'minimal' as const }, 'not implemented'],
])('%s is refused by name', async (_, change, named) => {
  const start = laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, 'never', change as never)));
  await expect(start).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(named) });
});

test('an import from an empty prefix or to a missing bucket ends FAILED with a message', async () => {
  const { JobId } = await laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, 'nothing-here')));
  expect(await ended(laptop, datastore, JobId)).toMatchObject({
    JobStatus: 'FAILED',
    Message: expect.stringContaining('no .ndjson'),
  });
  const output = { S3Configuration: { S3Uri: 's3://missing/x/', KmsKeyId: 'k' } };
  const next = await laptop.client.send(
    new StartFHIRImportJobCommand(importRequest(datastore, 'clean', { JobOutputDataConfig: output })),
  );
  expect(await ended(laptop, datastore, next.JobId)).toMatchObject({
    JobStatus: 'FAILED',
    Message: expect.stringContaining('NoSuchBucket'),
  });
});

test('faults can be planted: a throttled start, a failed job, a refusal that looks like the server', async () => {
  faults.start = { kind: 'throttle' };
  const start = laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, 'clean')));
  await expect(start).rejects.toMatchObject({ name: 'ThrottlingException' });
  delete faults.start;
  faults.run = { kind: 'fail', message: 'Role cannot be assumed' };
  expect(await importLines(laptop, datastore, 'clean', [patient('a')])).toMatchObject({
    JobStatus: 'FAILED',
    Message: 'Role cannot be assumed',
  });
  faults.run = { kind: 'refuse', resources: ['Patient/a'], statusCode: 500 };
  const job = await importLines(laptop, datastore, 'clean', [patient('a'), patient('b')]);
  delete faults.run;
  expect(job.JobStatus).toBe('COMPLETED_WITH_ERRORS');
  expect((await outputLines(laptop, job, 'Manifest.json'))[0]).toMatchObject({
    numberOfResourcesWithServerError: 1,
    numberOfResourcesImportedSuccessfully: 1,
  });
});

test('several files below sub-folders keep their names, and each has its own line numbers', async () => {
  await laptop.put('tree/a.ndjson', JSON.stringify(patient('t1')));
  await laptop.put('tree/deep/b.ndjson', `${JSON.stringify(patient('t2'))}\nnot json`);
  await laptop.put('tree/readme.txt', 'not read');
  const { JobId } = await laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, 'tree')));
  const job = await ended(laptop, datastore, JobId);
  expect(job.JobProgressReport).toMatchObject({ TotalNumberOfScannedFiles: 2, TotalNumberOfResourcesScanned: 3 });
  expect(await outputLines(laptop, job, 'SUCCESS/a.ndjson')).toMatchObject([
    { lineId: 1, resourceType: 'Patient', resourceId: 't1' },
  ]);
  expect(await outputLines(laptop, job, 'FAILURE/deep/b.ndjson')).toMatchObject([{ lineId: 2 }]);
});
