import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recentBatches } from '../../cli/books.ts';
import { batchId } from '../../core/identity.ts';
import type { Batch } from '../../core/ledger/ledger.ts';
import { objectCreated, postEvent, sendArrival } from './support/bus.ts';
import { executionsOf } from './support/executions.ts';
import { searchFhir } from './support/fhir.ts';
import { admission } from './support/hl7.ts';
import { closedBook, dropObject, keyFor } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { takeDeadLetters } from './support/queue.ts';
import { until } from './support/until.ts';

const messages = ['4711', '4712', '4713'].map((number) => admission(`C${number}`, number));
const file = messages.join('');
const key = keyFor('default', 'first.hl7');

let pipeline: Pipeline;
let first: Batch;
let before: string[];
beforeAll(async () => {
  pipeline = await startPipeline();
  first = (await dropObject(pipeline, key, file)).book;
  before = await versions();
});
afterAll(() => pipeline.close());

/** Every resource with the version it stands at. */
async function versions(): Promise<string[]> {
  const types = ['Patient', 'Encounter', 'Condition'];
  const found = (await Promise.all(types.map((type) => searchFhir(pipeline, type)))).flat();
  return found.map(({ resourceType, id, meta }) => `${resourceType}/${id} ${meta.versionId}`).toSorted();
}

test('the first drop is imported', () => {
  expect(first.counts).toMatchObject({ imported: 3 });
  expect(before).toHaveLength(9);
});

describe('nothing is loaded twice when the drop comes again', () => {
  const again: [string, () => readonly [string, Uint8Array | string][]][] = [
    ['under the same key', () => [[key, file]]],
    ['under another key', () => [[keyFor('default', 'other/second.hl7'), file]]],
    ['gzipped', () => [[keyFor('default', 'first.hl7.gz'), gzipSync(file)]]],
    [
      'split into two files',
      () => [
        [keyFor('default', 'part-1.hl7'), messages.slice(0, 1).join('')],
        [keyFor('default', 'part-2.hl7'), messages.slice(1).join('')],
      ],
    ],
  ];

  test.each(again)('%s', async (_name, drops) => {
    let duplicates = 0;
    for (const [at, body] of drops()) {
      const { book, outcomes } = await dropObject(pipeline, at, body);
      expect(book.batch).not.toBe(first.batch);
      expect(book).toMatchObject({ balanced: true, state: 'closed' });
      expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(['duplicate']));
      duplicates += outcomes.length;
    }
    expect(duplicates).toBe(3);
    expect(await versions()).toEqual(before);
  });

  test('as messages on the bus of the integration engines', async () => {
    await Promise.all(messages.map((message) => postEvent({ version: '1', tenant: 'demo', feed: 'default', message })));
    const posted = await until('three posted messages', async () => {
      const books = await recentBatches(pipeline.connection, 100);
      const found = books.filter(({ key, state }) => key.includes('/posted/') && state === 'closed');
      return found.length === 3 ? found : undefined;
    });
    for (const { counts } of posted) expect(counts).toMatchObject({ duplicate: 1, imported: 0 });
    expect(await versions()).toEqual(before);
  });

  test('as a second event of the same object, and as a pointer to it on the bus', async () => {
    const known = (await recentBatches(pipeline.connection, 100)).length;
    const executions = (await executionsOf({ machine: 'ingest' })).length;
    await sendArrival(objectCreated('again', pipeline.connection.inbox, key, file.length, first.version));
    await postEvent({
      ...{ version: '1', tenant: 'demo', feed: 'default' },
      pointer: { bucket: pipeline.connection.inbox, key, version: first.version },
    });
    // A drop behind them in the same queue: when it has ended, both have been taken.
    const { book } = await dropObject(pipeline, keyFor('default', 'behind.hl7'), admission('C4714', '4714'));
    expect(book.counts).toMatchObject({ imported: 1 });
    expect(await recentBatches(pipeline.connection, 100)).toHaveLength(known + 1);
    expect(await executionsOf({ machine: 'ingest' })).toHaveLength(executions + 1);
    expect((await closedBook(pipeline, first.batch)).counts).toEqual(first.counts);
    expect((await versions()).filter((one) => before.includes(one))).toEqual(before);
  });
});

describe('a bad event is refused by its reason and ends as one dead letter', () => {
  const good = { version: '1', tenant: 'demo', feed: 'default', message: messages[0] };
  const inbox = 'tributary-inbox';
  const { message: _message, ...bare } = good;
  const posted: [string, string, unknown][] = [
    ['without a feed', 'event-malformed', { version: '1', tenant: 'demo', message: messages[0] }],
    ['of another version', 'event-malformed', { ...good, version: '2' }],
    ['with neither message nor pointer', 'event-malformed', bare],
    ['with message and pointer', 'event-malformed', { ...good, pointer: { bucket: inbox, key } }],
    ['with a message that is no text', 'event-malformed', { ...bare, message: 7 }],
    ['with a tenant that climbs', 'event-malformed', { ...good, tenant: '..' }],
    ['that points to another bucket', 'event-pointer-refused', { ...bare, pointer: { bucket: 'tributary-work', key } }],
    [
      "that points to another tenant's folder",
      'event-pointer-refused',
      { ...bare, pointer: { bucket: inbox, key: 'tenants/other/in/default/x.hl7' } },
    ],
    [
      'that climbs out of its folder',
      'event-pointer-refused',
      { ...bare, pointer: { bucket: inbox, key: keyFor('default', '../../../other/in/default/x.hl7') } },
    ],
    [
      'that points to what is not there',
      'drop-not-found',
      { ...bare, pointer: { bucket: inbox, key: keyFor('default', 'absent.hl7') } },
    ],
  ];
  const arrivals: [string, string, unknown, string?][] = [
    ['that is not JSON', 'event-malformed', 'no event at all'],
    ['without an envelope', 'event-malformed', { detail: {} }],
    ['of a bucket that is not the inbox', 'event-malformed', objectCreated('e1', 'tributary-work', key, 1), 'e1'],
    ['whose detail is no object', 'event-malformed', { ...envelope('e3', 'engine'), detail: [] }, 'e3'],
    [
      'of S3 without an object',
      'event-malformed',
      { ...envelope('e2', 'aws.s3'), detail: { bucket: { name: inbox } } },
      'e2',
    ],
  ];
  const batches = new Map<string, string>();
  let pointers: Awaited<ReturnType<typeof takeDeadLetters>>;

  beforeAll(async () => {
    const { sha256 } = pipeline.connection;
    const remember = (name: string, event: string) => batches.set(name, batchId(sha256, 'event', event, ''));
    await takeDeadLetters();
    for (const [name, , detail] of posted) remember(name, await postEvent(detail));
    for (const [name, , body, id] of arrivals) {
      await sendArrival(body);
      remember(name, id ?? sha256(typeof body === 'string' ? body : JSON.stringify(body)));
    }
    for (const batch of batches.values()) await closedBook(pipeline, batch);
    pointers = await takeDeadLetters();
  });

  test.each([...posted, ...arrivals])('an event %s: %s', async (name, reason) => {
    const batch = batches.get(name) ?? '';
    expect(pointers.filter((pointer) => pointer.batch === batch)).toMatchObject([
      { ordinal: 0, reason, stage: 'Admit', type: '' },
    ]);
    const book = await closedBook(pipeline, batch);
    expect(book).toMatchObject({ counted: 1, counts: { dead: 1 }, deadByReason: { [reason]: 1 }, balanced: true });
  });

  test('and no pointer beside them', () => {
    expect(pointers).toHaveLength(posted.length + arrivals.length);
  });
});

function envelope(id: string, source: string): Record<string, unknown> {
  return { id, source, 'detail-type': 'Object Created', time: '2026-01-05T10:15:00Z' };
}
