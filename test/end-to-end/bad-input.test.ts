import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import type { Batch } from '../../core/ledger/ledger.ts';
import type { MessageOutcome } from '../../core/ledger/states.ts';
import { limits } from '../../core/limits.ts';
import { reasonText } from '../../core/reasons.ts';
import { postEvent } from './support/bus.ts';
import { type Ended, tributary } from './support/command.ts';
import { admission, hl7, msh } from './support/hl7.ts';
import { closedBook, keyFor, outcomes, putObject } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { type Pointer, takeDeadLetters } from './support/queue.ts';

interface Expected {
  readonly ordinal: number;
  readonly reason: keyof typeof import('../../core/reasons.ts').reasons;
  readonly path?: string;
  /** Messages of the same file that went on: imported, or duplicates of what another file of this suite loaded. */
  readonly others: number;
}

const whole = (reason: Expected['reason']): Expected => ({ ordinal: 0, reason, others: 0 });

/** The files of `samples/bad`, by name: what they die of. */
const samples: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  default: {
    'bomb.hl7.gz': whole('drop-gzip-bomb'),
    'empty.hl7': whole('drop-empty'),
    'nested.hl7.gz': whole('drop-gzip-nested'),
    'no-patient-id.hl7': { ordinal: 2, reason: 'no-patient-id', path: 'PID-3', others: 1 },
    'not-hl7.hl7': whole('drop-format-mismatch'),
    'truncated-last-message.hl7': { ordinal: 2, reason: 'message-truncated', others: 1 },
    'unknown-type.hl7': { ordinal: 2, reason: 'message-type-unsupported', path: 'MSH-9', others: 2 },
    'wrong-charset.hl7': { ordinal: 2, reason: 'message-charset', path: 'MSH-18', others: 1 },
  },
  synthea: {
    'conditions.csv': whole('header-invalid'),
    'patients.csv': { ordinal: 2, reason: 'record-ragged', path: 'patients', others: 2 },
  },
};

const good = admission('G1', '9001');
const csv = readFileSync(new URL('../../samples/synthea/patients.csv', import.meta.url));
// One byte more than the limit, between two messages that are well.
const oversize = hl7(msh('BIG'), `OBX|1|TX|1||${'x'.repeat(limits.messageBytes)}`);

/** Drops as a sender's S3 client may put them: key, bytes and what they die of. */
const drops: Readonly<Record<string, readonly [string, Uint8Array | string, Expected]>> = {
  'a key with ..': [keyFor('default', '../default/up.hl7'), good, whole('drop-key-refused')],
  'a key with a space': [keyFor('default', 'in two words.hl7'), good, whole('drop-key-refused')],
  'a key with an empty part': [keyFor('default', '/double.hl7'), good, whole('drop-key-refused')],
  'a key past the limit': [keyFor('default', `${'k'.repeat(600)}.hl7`), good, whole('drop-key-refused')],
  'a feed that is not known': [keyFor('nowhere', 'a.hl7'), good, whole('feed-unknown')],
  'a tenant that is not known': ['tenants/nobody/in/default/a.hl7', good, whole('tenant-unknown')],
  'a key outside every tenant': ['a.hl7', good, whole('tenant-unknown')],
  'CSV in a feed of HL7': [keyFor('default', 'patients.csv'), csv, whole('drop-format-mismatch')],
  'HL7 in a feed of CSV': [keyFor('synthea', 'encounters.csv'), good, whole('drop-format-mismatch')],
  'blanks alone': [keyFor('default', 'blank.hl7'), '\r\n \r\n', whole('drop-empty')],
  'a gzip file cut short': [
    keyFor('default', 'cut.hl7.gz'),
    gzipSync(good).subarray(0, 60),
    whole('drop-gzip-corrupt'),
  ],
  'a message over the limit': [
    keyFor('default', 'big.hl7'),
    good + oversize + admission('G2', '9002'),
    { ordinal: 2, reason: 'message-too-large', others: 2 },
  ],
  'a date that does not exist in the time that orders the message': [
    keyFor('default', 'time.hl7'),
    good + admission('G3', '9003', { time: '20260230101500+0000' }),
    { ordinal: 2, reason: 'time-unreadable', path: 'MSH-7', others: 1 },
  ],
  'a time in the far future': [
    keyFor('default', 'future.hl7'),
    good + admission('G4', '9004', { time: '20990101101500+0000' }),
    { ordinal: 2, reason: 'future-time', path: 'MSH-7', others: 1 },
  ],
  'a file of another character set than it declares': [
    keyFor('default', 'utf16.hl7'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good, 'utf16le').subarray(0, 41)]),
    whole('drop-charset'),
  ],
};

let pipeline: Pipeline;
const runs: Record<string, Ended> = {};
const books = new Map<string, { book: Batch; ended: readonly MessageOutcome[] }>();
let pointers: Pointer[];
let listed: readonly { readonly file: string; readonly feed: string; readonly reason: string; readonly text: string }[];

beforeAll(async () => {
  pipeline = await startPipeline();
  const environment = { AWS_ENDPOINT_URL: pipeline.endpoint };
  for (const feed of Object.keys(samples))
    runs[feed] = await tributary(['run', `samples/bad/${feed}`, '--feed', feed, '--json'], environment);
  const put = await Promise.all(
    Object.entries(drops).map(async ([name, [key, body]]) => [name, await putObject(pipeline, key, body)] as const),
  );
  for (const [name, batch] of put) {
    const book = await closedBook(pipeline, batch);
    books.set(name, { book, ended: await outcomes(pipeline, batch) });
  }
  pointers = await takeDeadLetters();
  const { stdout } = await tributary(['dead', '--json'], environment);
  listed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as (typeof listed)[number]);
});
afterAll(() => pipeline.close());

function expectDead(book: Batch, ended: readonly MessageOutcome[], expected: Expected): void {
  const { others, ...dead } = expected;
  expect(book).toMatchObject({ state: 'closed', balanced: true, counted: others + 1 });
  expect(ended.filter(({ state }) => state === 'dead')).toMatchObject([dead]);
  expect(book.counts?.dead).toBe(1);
  expect((book.counts?.imported ?? 0) + (book.counts?.duplicate ?? 0)).toBe(others);
  expect(pointers.filter(({ batch }) => batch === book.batch)).toMatchObject([dead]);
}

describe.each(Object.entries(samples))('samples/bad/%s', (feed, files) => {
  test('ends with exit 1, balanced', () => {
    expect(runs[feed]?.code, runs[feed]?.stderr).toBe(1);
    const told = JSON.parse(runs[feed]?.stdout ?? '') as RunResult;
    expect(told).toMatchObject({ balanced: true, dead: Object.keys(files).length });
  });

  test('holds no file that this suite does not know', () => {
    const there = readdirSync(new URL(`../../samples/bad/${feed}`, import.meta.url));
    expect(there.filter((name) => name !== 'test-message.hl7').toSorted()).toEqual(Object.keys(files).toSorted());
  });

  test.each(Object.entries(files))('%s dies of its own trouble alone', async (file, expected) => {
    const line = listed.find((one) => one.feed === feed && one.file === file);
    expect(line).toMatchObject({ reason: expected.reason, text: reasonText(expected.reason) });
    const { batch } = line as unknown as { batch: string };
    expectDead(await closedBook(pipeline, batch), await outcomes(pipeline, batch), expected);
  });
});

describe('put by an S3 client', () => {
  test.each(Object.entries(drops))('%s ends as one dead letter with its reason', (name, [, , expected]) => {
    const found = books.get(name);
    if (found === undefined) throw new Error('The drop has no batch');
    expectDead(found.book, found.ended, expected);
  });

  test('a message posted to a feed that is not known ends as one dead letter too', async () => {
    const before = (await tributaryDead()).length;
    await postEvent({ version: '1', tenant: 'demo', feed: 'nowhere', message: good });
    const { book } = await behind();
    expect(book.counts).toMatchObject({ dead: 0 });
    const after = await tributaryDead();
    expect(after).toHaveLength(before + 1);
    expect(after.filter(({ feed, file }) => feed === 'nowhere' && file !== 'a.hl7')).toMatchObject([
      { reason: 'feed-unknown', ordinal: 0 },
    ]);
  });
});

test('status and dead name the file, the message and the field, and say what to do', async () => {
  const environment = { AWS_ENDPOINT_URL: pipeline.endpoint };
  const dead = await tributary(['dead', '--reason', 'no-patient-id'], environment);
  expect(dead.code).toBe(0);
  expect(dead.stdout).toMatch(/#2 .*no-patient-id\.hl7: ADT\^A04 at PID-3: no-patient-id\. No identifier/);
  const { stdout } = await tributary(['status'], environment);
  expect(stdout).toContain('big.hl7');
  expect(stdout).toContain('message-too-large');
});

test('every pointer is of a message that is dead in the ledger, and none comes twice', () => {
  const addresses = pointers.map(({ batch, ordinal }) => `${batch}#${ordinal}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses).toHaveLength(Object.values(samples).flatMap(Object.keys).length + Object.keys(drops).length);
});

test('nothing of all this is a fault of the embedded cloud', () => {
  expect(pipeline.faults).toEqual([]);
});

type Listed = { readonly file: string; readonly feed: string; readonly reason: string; readonly ordinal: number };

async function tributaryDead(): Promise<readonly Listed[]> {
  const { stdout } = await tributary(['dead', '--json'], { AWS_ENDPOINT_URL: pipeline.endpoint });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Listed);
}

/** A drop behind what is under way. */
async function behind(): Promise<{ book: Batch }> {
  const batch = await putObject(pipeline, keyFor('default', 'behind.hl7'), admission('G9', '9009'));
  return { book: await closedBook(pipeline, batch) };
}
