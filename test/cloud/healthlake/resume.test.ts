import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFHIRDatastoreCommand,
  DescribeFHIRDatastoreCommand,
  DescribeFHIRImportJobCommand,
  HealthLakeClient,
  ListFHIRDatastoresCommand,
  ListFHIRImportJobsCommand,
  StartFHIRImportJobCommand,
} from '@aws-sdk/client-healthlake';
import { afterEach, expect, test } from 'vitest';
import { activeDatastore, discard, ended, importRequest, openLaptop, outputLines, until } from './laptop.ts';

const directory = mkdtempSync(join(tmpdir(), 'healthlake-kill-'));
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
  discard(directory);
});

const LINES = 6000;
const file = Buffer.from(
  Array.from({ length: LINES }, (_, index) =>
    JSON.stringify({ resourceType: 'Patient', id: `p${index % (LINES - 1)}`, gender: 'female' }),
  ).join('\n'),
);

/** The embedded HealthLake in a process of its own, which can be killed. */
async function startKillable(): Promise<string> {
  child = spawn(process.execPath, [new URL('./killable.ts', import.meta.url).pathname, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child?.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()));
    child?.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
  });
}

test('an import killed while it runs is run again, and no line counts twice', async () => {
  const endpoint = await startKillable();
  const client = new HealthLakeClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { DatastoreId = '' } = await client.send(new CreateFHIRDatastoreCommand({ DatastoreTypeVersion: 'R4' }));
  await until(async () => {
    const { DatastoreProperties } = await client.send(new DescribeFHIRDatastoreCommand({ DatastoreId }));
    return DatastoreProperties?.DatastoreStatus === 'ACTIVE' ? true : undefined;
  });
  await fetch(`${endpoint}/work/in/000.ndjson`, { method: 'PUT', body: file });
  const { JobId } = await client.send(new StartFHIRImportJobCommand(importRequest(DatastoreId, 'in')));
  await until(async () => {
    const { ImportJobProperties: job } = await client.send(new DescribeFHIRImportJobCommand({ DatastoreId, JobId }));
    return (job?.JobProgressReport?.TotalNumberOfResourcesScanned ?? 0) >= 500 ? true : undefined;
  });
  child?.removeAllListeners('exit');
  child?.kill('SIGKILL');
  client.destroy();
  await new Promise((resolve) => child?.once('close', resolve));

  const laptop = await openLaptop({}, directory);
  const before = await laptop.client.send(new ListFHIRImportJobsCommand({ DatastoreId }));
  expect(before.ImportJobPropertiesList?.[0]?.JobStatus).toBe('IN_PROGRESS');
  const job = await ended(laptop, DatastoreId, JobId);
  expect(job).toMatchObject({ JobStatus: 'COMPLETED', JobProgressReport: { TotalNumberOfResourcesImported: LINES } });
  expect(await outputLines(laptop, job, 'SUCCESS/000.ndjson')).toHaveLength(LINES);
  const version = async (id: string) => {
    const resource = await (await fetch(`${laptop.endpoint}/datastore/${DatastoreId}/r4/Patient/${id}`)).json();
    return (resource as { meta: { versionId: string } }).meta.versionId;
  };
  expect([await version('p0'), await version('p1'), await version('p499')]).toEqual(['2', '1', '1']);
  await laptop.stop();
});

test('a data store that was being created becomes active after a restart', async () => {
  const laptop = await openLaptop({ importStepMs: 60_000 }, directory);
  await laptop.client.send(new CreateFHIRDatastoreCommand({ DatastoreTypeVersion: 'R4', DatastoreName: 'waiting' }));
  await laptop.stop();
  const again = await openLaptop({}, directory);
  const status = await until(async () => {
    const { DatastorePropertiesList } = await again.client.send(
      new ListFHIRDatastoresCommand({ Filter: { DatastoreName: 'waiting' } }),
    );
    return DatastorePropertiesList?.[0]?.DatastoreStatus === 'ACTIVE' ? 'ACTIVE' : undefined;
  });
  expect(status).toBe('ACTIVE');
  expect(await activeDatastore(again)).toMatch(/^[0-9a-f]{32}$/);
  await again.stop();
});
