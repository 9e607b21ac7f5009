import { expect, test } from 'vitest';
import { sha256 } from '../../../../adapters/hash.ts';
import type { Batch, Ledger } from '../../../../core/ledger/ledger.ts';
import { admit, type Ports } from '../../../../tasks/Admit/step.ts';

/** What the ledger is told of an object that landed under a key. */
async function bookOf(key: string): Promise<Pick<Batch, 'tenant' | 'feed' | 'key'>> {
  const books: Batch[] = [];
  const ports: Pick<Ports, 'ledger' | 'workflows' | 'sha256' | 'clock' | 'inbox' | 'tenants'> = {
    ledger: {
      createBatch: async (book: Batch) => books.push(book) > 0,
    } as unknown as Ledger,
    workflows: { start: async () => 'started', running: async () => false },
    sha256,
    clock: { now: () => 0, parse: () => 0 },
    inbox: 'inbox',
    tenants: ['north'],
  };
  const event = {
    ...{ id: 'e1', source: 'aws.s3', 'detail-type': 'Object Created', time: '2026-01-05T10:00:00Z' },
    detail: { bucket: { name: 'inbox' }, object: { key, size: 1, 'version-id': 'v1' } },
  };
  const answer = await admit({ Records: [{ messageId: 'm1', body: JSON.stringify(event) }] }, ports as Ports);
  expect(answer).toEqual({ batchItemFailures: [] });
  const { tenant, feed, key: kept } = books[0] as Batch;
  return { tenant, feed, key: kept };
}

test('the folders of a key name the tenant and the feed', async () => {
  const key = 'tenants/north/in/lab-2/a/b.hl7';
  expect(await bookOf(key)).toEqual({ tenant: 'north', feed: 'lab-2', key });
});

test('a folder that no feed could be named by is not told on', async () => {
  expect(await bookOf('tenants/north/in/Smith^Jo/b.hl7')).toMatchObject({ tenant: 'north', feed: '-' });
});

test('a tenant that is none, known or not of the form, goes into the books that somebody reads', async () => {
  expect(await bookOf('tenants/south/in/lab/b.hl7')).toMatchObject({ tenant: '-', feed: 'lab' });
  expect(await bookOf('tenants/Smith Jo/in/lab/b.hl7')).toMatchObject({ tenant: '-' });
  expect(await bookOf('b.hl7')).toMatchObject({ tenant: '-', feed: '-' });
});
