import {
  CreateFHIRDatastoreCommand,
  DeleteFHIRDatastoreCommand,
  DescribeFHIRDatastoreCommand,
  DescribeFHIRImportJobCommand,
  ListFHIRDatastoresCommand,
  type ListFHIRDatastoresCommandOutput,
  ListFHIRExportJobsCommand,
  ListTagsForResourceCommand,
  StartFHIRImportJobCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-healthlake';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activeDatastore, discard, importRequest, type Laptop, openLaptop, until } from './laptop.ts';

let laptop: Laptop;

beforeAll(async () => {
  laptop = await openLaptop();
});

afterAll(async () => {
  await laptop.stop();
  discard(laptop.directory);
});

test('a data store is created once per client token, and described with times and an endpoint', async () => {
  const request = { DatastoreTypeVersion: 'R4' as const, DatastoreName: 'clinic', ClientToken: 'clinic-1' };
  const first = await laptop.client.send(new CreateFHIRDatastoreCommand(request));
  expect(first.DatastoreStatus).toBe('CREATING');
  expect(first.DatastoreId).toMatch(/^[0-9a-f]{32}$/);
  expect(first.DatastoreArn).toBe(`arn:aws:healthlake:us-east-1:000000000000:datastore/fhir/${first.DatastoreId}`);
  expect(first.DatastoreEndpoint).toBe(`${laptop.endpoint}/datastore/${first.DatastoreId}/r4/`);
  const again = await laptop.client.send(new CreateFHIRDatastoreCommand(request));
  expect(again.DatastoreId).toBe(first.DatastoreId);
  const other = laptop.client.send(new CreateFHIRDatastoreCommand({ ...request, DatastoreName: 'other' }));
  await expect(other).rejects.toMatchObject({ name: 'ValidationException' });
  const { DatastoreProperties } = await laptop.client.send(
    new DescribeFHIRDatastoreCommand({ DatastoreId: first.DatastoreId }),
  );
  expect(DatastoreProperties).toMatchObject({ DatastoreName: 'clinic', DatastoreTypeVersion: 'R4' });
  expect(DatastoreProperties?.CreatedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('lists go on where a page ended', async () => {
  const made = [await activeDatastore(laptop), await activeDatastore(laptop), await activeDatastore(laptop)];
  const seen: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListFHIRDatastoresCommandOutput = await laptop.client.send(
      new ListFHIRDatastoresCommand({ Filter: { DatastoreName: 'test' }, MaxResults: 2, NextToken }),
    );
    seen.push(...(page.DatastorePropertiesList ?? []).map(({ DatastoreId }) => DatastoreId));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(seen).toEqual(made);
});

test('a deleted data store takes no import and answers no read', async () => {
  const id = await activeDatastore(laptop);
  expect((await laptop.client.send(new DeleteFHIRDatastoreCommand({ DatastoreId: id }))).DatastoreStatus).toBe(
    'DELETING',
  );
  await until(async () => {
    const { DatastoreProperties } = await laptop.client.send(new DescribeFHIRDatastoreCommand({ DatastoreId: id }));
    return DatastoreProperties?.DatastoreStatus === 'DELETED' ? true : undefined;
  });
  const start = laptop.client.send(new StartFHIRImportJobCommand(importRequest(id, 'x')));
  await expect(start).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('DELETED'),
  });
  expect((await fetch(`${laptop.endpoint}/datastore/${id}/r4/Patient/x`)).status).toBe(404);
});

test('tags are kept, replaced and taken away', async () => {
  const id = await activeDatastore(laptop);
  const ResourceARN = `arn:aws:healthlake:us-east-1:000000000000:datastore/fhir/${id}`;
  await laptop.client.send(
    new TagResourceCommand({
      ResourceARN,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await laptop.client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'a', Value: '3' }] }));
  await laptop.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['b'] }));
  expect((await laptop.client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
    { Key: 'a', Value: '3' },
  ]);
});

test('what does not exist and what is not built is refused by name', async () => {
  const unknown = '0'.repeat(32);
  const describe = laptop.client.send(new DescribeFHIRDatastoreCommand({ DatastoreId: unknown }));
  await expect(describe).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const job = laptop.client.send(
    new DescribeFHIRImportJobCommand({ DatastoreId: await activeDatastore(laptop), JobId: unknown }),
  );
  await expect(job).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const preload = laptop.client.send(
    new CreateFHIRDatastoreCommand({ DatastoreTypeVersion: 'R4', PreloadDataConfig: { PreloadDataType: 'SYNTHEA' } }),
  );
  await expect(preload).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('not implemented'),
  });
  const exports = laptop.client.send(new ListFHIRExportJobsCommand({ DatastoreId: unknown }));
  await expect(exports).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
