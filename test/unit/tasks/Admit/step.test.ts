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

/** What is put into the inbox for an event that carries a message. */
async function postedObjects(...events: readonly { id: string; message: string }[]): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  const ports: Pick<Ports, 'objects' | 'keyedHash' | 'inbox'> = {
    objects: {
      putIfAbsent: async ({ key }: { key: string }, body: string) =>
        !objects.has(key) && objects.set(key, body).size > 0,
    } as unknown as Ports['objects'],
    keyedHash: async () => (value) => sha256(String(value)),
    inbox: 'inbox',
  };
  const Records = events.map(({ id, message }) => ({
    messageId: id,
    body: JSON.stringify({
      ...{ id, source: 'engine', 'detail-type': 'HL7 v2 Message', time: '2026-01-05T10:00:00Z' },
      detail: { version: '1', tenant: 'north', feed: 'lab', message },
    }),
  }));
  expect(await admit({ Records }, ports as Ports)).toEqual({ batchItemFailures: [] });
  return objects;
}

test('an event delivered twice is one object, a message posted again is another', async () => {
  const message = 'MSH|^~\\&|A';
  expect((await postedObjects({ id: 'e1', message }, { id: 'e1', message })).size).toBe(1);
  expect((await postedObjects({ id: 'e1', message }, { id: 'e2', message })).size).toBe(2);
});

test('an inline message is kept as UTF-8 behind a byte order mark, which outranks MSH-18', async () => {
  const [body] = (await postedObjects({ id: 'e1', message: 'MSH|^~\\&|Müller' })).values();
  expect(body).toBe('\ufeffMSH|^~\\&|Müller');
});
