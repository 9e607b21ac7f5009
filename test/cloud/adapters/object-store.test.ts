import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../../adapters/object-store.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { memoryObjects } from '../../support/memory-ports.ts';
import { type Laboratory, openLaboratory } from '../s3/bucket.ts';

let laboratory: Laboratory;
let bucket = 'memory';
beforeAll(async () => {
  laboratory = await openLaboratory();
  bucket = await laboratory.bucket();
});
afterAll(() => laboratory.stop());

const stores: Readonly<Record<string, () => ObjectStore>> = {
  'in memory': memoryObjects,
  'over S3': () => s3ObjectStore(laboratory.s3),
};

const unique = (): string => randomUUID();
const place = (folder = '') => ({ bucket, key: `${folder}k${unique()}` });
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));
async function gather(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}

describe.each(Object.entries(stores))('the object store %s', (_place, open) => {
  it('gives back what was put last', async () => {
    const [store, at] = [open(), place()];
    await store.put(at, 'one');
    await store.put(at, new TextEncoder().encode('naïve'));
    expect(text(await store.get(at))).toBe('naïve');
    expect(await store.head(at)).toMatchObject({ size: 6 });
  });

  it('says of an object that is not there that it is not', async () => {
    const [store, at] = [open(), place()];
    expect(await store.get(at)).toBeUndefined();
    expect(await store.get(at, { start: 0, end: 4 })).toBeUndefined();
    expect(await store.head(at)).toBeUndefined();
    expect(await gather(store.stream(at))).toBe('');
  });

  it('reads from the first byte to before the last, and nothing of an empty range', async () => {
    const [store, at] = [open(), place()];
    await store.put(at, '0123456789');
    expect(text(await store.get(at, { start: 2, end: 5 }))).toBe('234');
    expect(text(await store.get(at, { start: 8, end: 99 }))).toBe('89');
    expect(text(await store.get(at, { start: 3, end: 3 }))).toBe('');
    expect(await gather(store.stream(at, { start: 1, end: 4 }))).toBe('123');
  });

  it('writes only when nothing is there', async () => {
    const [store, at] = [open(), place()];
    expect(await store.putIfAbsent(at, 'first')).toBe(true);
    expect(await store.putIfAbsent(at, 'second')).toBe(false);
    expect(text(await store.get(at))).toBe('first');
  });

  it('writes a stream, an empty one too', async () => {
    const [store, at, empty] = [open(), place(), place()];
    await store.putStream(
      at,
      (async function* () {
        yield new TextEncoder().encode('ab');
        yield new TextEncoder().encode('cd');
      })(),
    );
    await store.putStream(empty, (async function* () {})());
    expect(text(await store.get(at))).toBe('abcd');
    expect(await store.head(empty)).toMatchObject({ size: 0 });
  });

  it('lists what lies below a prefix, with sizes, in the order of the keys', async () => {
    const [store, folder] = [open(), `f${unique()}/`];
    for (const name of ['b', 'a', 'c/d']) await store.put({ bucket, key: `${folder}${name}` }, name);
    await store.put(place('other/'), 'x');
    const found: unknown[] = [];
    for await (const entry of store.list(bucket, folder)) found.push(entry);
    expect(found).toEqual([
      { key: `${folder}a`, size: 1 },
      { key: `${folder}b`, size: 1 },
      { key: `${folder}c/d`, size: 3 },
    ]);
  });
});
