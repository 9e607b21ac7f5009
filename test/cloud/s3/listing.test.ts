import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory } from './bucket.ts';

const KEYS = ['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'dir2/4', 'ordner/ü', 'z', 'ä b+c', '\u{ffff}', '\u{1F980}'];

let lab: Laboratory;
let bucket: string;
beforeAll(async () => {
  lab = await openLaboratory();
  bucket = await lab.bucket();
  for (const Key of KEYS) await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
});
afterAll(() => lab.stop());

const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
  lab.s3.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));
const keys = async (more: Partial<ListObjectsV2CommandInput> = {}) =>
  (await list(more)).Contents?.map(({ Key }) => Key);

describe('ListObjectsV2', () => {
  it('gives all keys in the order of their UTF-8 bytes, with size and entity tag', async () => {
    const listed = await list();
    const expected = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(expected);
    expect(listed).toMatchObject({ KeyCount: KEYS.length, IsTruncated: false, Name: bucket });
    expect(listed.Contents?.[0]).toMatchObject({ Key: 'a.txt', Size: 5, StorageClass: 'STANDARD' });
    expect(listed.Contents?.[0]?.ETag).toMatch(/^"[\da-f]{32}"$/);
  });

  it('an empty listing has no contents', async () => {
    expect(await list({ Prefix: 'nothing' })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect(await keys({ Prefix: 'nothing' })).toBeUndefined();
  });

  it('a prefix selects', async () => {
    expect(await keys({ Prefix: 'dir/' })).toEqual(['dir/1', 'dir/2', 'dir/sub/3']);
  });

  it('a delimiter folds what lies below it', async () => {
    const root = await list({ Delimiter: '/' });
    expect(root.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['dir/', 'dir2/', 'ordner/']);
    expect(root.Contents?.map(({ Key }) => Key)).toEqual(['a.txt', 'z', 'ä b+c', '\u{ffff}', '\u{1F980}']);
    const below = await list({ Delimiter: '/', Prefix: 'dir/' });
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'dir/sub/' }]);
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(['dir/1', 'dir/2']);
  });

  it('start-after begins behind a key, whether it exists or not', async () => {
    expect(await keys({ StartAfter: 'dir/1', Prefix: 'dir/' })).toEqual(['dir/2', 'dir/sub/3']);
    expect(await keys({ StartAfter: 'dir/15', Prefix: 'dir/' })).toEqual(['dir/2', 'dir/sub/3']);
  });

  it.each([undefined, '/'])('pages of three under the delimiter %s hold everything once', async (Delimiter) => {
    const settings = { Bucket: bucket, ...(Delimiter ? { Delimiter } : {}) };
    const whole = await list(settings);
    const pages: string[] = [];
    for await (const page of paginateListObjectsV2({ client: lab.s3, pageSize: 3 }, settings)) {
      const entries = [
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ];
      expect(entries.length).toBeLessThanOrEqual(3);
      expect(page.KeyCount).toBe(entries.length);
      pages.push(...(entries as string[]));
    }
    const all = [
      ...(whole.Contents ?? []).map(({ Key }) => Key),
      ...(whole.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    ];
    expect(pages.sort()).toEqual((all as string[]).sort());
  });

  it('encoding-type=url encodes the keys', async () => {
    const { Contents, EncodingType } = await list({ EncodingType: 'url', Prefix: 'ä' });
    const encoded = Contents?.[0]?.Key ?? '';
    expect(EncodingType).toBe('url');
    expect(encoded).toContain('%2B');
    expect(decodeURIComponent(encoded.replaceAll('+', ' '))).toBe('ä b+c');
  });
});

describe('more than a page', () => {
  it('1,003 keys come in two pages, and two calls delete them', async () => {
    const many = await lab.bucket();
    const names = Array.from({ length: 1003 }, (_, n) => `n/${String(n).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 50) {
      const some = names.slice(at, at + 50);
      await Promise.all(some.map((Key) => lab.s3.send(new PutObjectCommand({ Bucket: many, Key, Body: 'x' }))));
    }
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListObjectsV2({ client: lab.s3 }, { Bucket: many })) {
      pages.push((page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(pages.map((page) => page.length)).toEqual([1000, 3]);
    expect(pages.flat()).toEqual(names);
    for (const page of pages) {
      const Objects = page.map((Key) => ({ Key: Key as string }));
      await lab.s3.send(new DeleteObjectsCommand({ Bucket: many, Delete: { Objects, Quiet: true } }));
    }
    expect((await lab.s3.send(new ListObjectsV2Command({ Bucket: many }))).KeyCount).toBe(0);
  });
});
