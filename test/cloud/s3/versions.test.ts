import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, refusal } from './bucket.ts';

let lab: Laboratory;
let bucket: string;
beforeAll(async () => {
  lab = await openLaboratory();
});
beforeEach(async () => {
  bucket = await lab.bucket({ versioned: true });
});
afterAll(() => lab.stop());

const put = async (Key: string, Body: string) =>
  (await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId as string;
const get = (Key: string, VersionId?: string) =>
  lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...(VersionId ? { VersionId } : {}) }));
const text = async (Key: string, VersionId?: string) => (await get(Key, VersionId)).Body?.transformToString();
const remove = (Key: string, VersionId?: string) =>
  lab.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...(VersionId ? { VersionId } : {}) }));
const versions = () => lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));

describe('a versioned bucket', () => {
  it('gives every put its own version, and keeps each readable', async () => {
    const first = await put('drop', 'one');
    const second = await put('drop', 'one');
    expect(first).not.toBe(second);
    await put('drop', 'three');
    expect(await text('drop')).toBe('three');
    expect(await text('drop', first)).toBe('one');
    const { ContentLength, VersionId } = await lab.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'drop', VersionId: second }),
    );
    expect({ ContentLength, VersionId }).toEqual({ ContentLength: 3, VersionId: second });
  });

  it('lists versions newest first, with the latest marked', async () => {
    const ids = [await put('b', '1'), await put('b', '2'), await put('a', '3')];
    const { Versions } = await versions();
    expect(Versions?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
      ['a', ids[2], true],
      ['b', ids[1], true],
      ['b', ids[0], false],
    ]);
  });

  it('a delete adds a marker: reads end in 404, old versions stay', async () => {
    const version = await put('drop', 'kept');
    const { DeleteMarker, VersionId } = await remove('drop');
    expect(DeleteMarker).toBe(true);
    expect(await refusal(get('drop'))).toEqual({ name: 'NoSuchKey', status: 404 });
    expect(await text('drop', version)).toBe('kept');
    expect((await lab.s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
    expect((await versions()).DeleteMarkers?.map((marker) => [marker.VersionId, marker.IsLatest])).toEqual([
      [VersionId, true],
    ]);
  });

  it('deleting the marker brings the object back', async () => {
    await put('drop', 'kept');
    const { VersionId } = await remove('drop');
    await remove('drop', VersionId);
    expect(await text('drop')).toBe('kept');
  });

  it('deleting one version leaves the others, and the next older one becomes the latest', async () => {
    const first = await put('drop', 'one');
    const second = await put('drop', 'two');
    await remove('drop', second);
    expect(await text('drop')).toBe('one');
    expect(await refusal(get('drop', second))).toMatchObject({ status: 404 });
    expect((await versions()).Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [first, true],
    ]);
  });

  it('If-None-Match: * passes over a delete marker', async () => {
    await put('drop', 'one');
    await remove('drop');
    await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'drop', Body: 'two', IfNoneMatch: '*' }));
    expect(await text('drop')).toBe('two');
  });

  it('copies an old version', async () => {
    const first = await put('drop', 'one');
    await put('drop', 'two');
    const CopySource = `${bucket}/drop?versionId=${first}`;
    const copied = await lab.s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource }));
    expect(copied.CopySourceVersionId).toBe(first);
    expect(await text('copy', copied.VersionId)).toBe('one');
  });

  it('deletes several at once, by version and by marker', async () => {
    const first = await put('a', '1');
    await put('b', '2');
    const Objects = [{ Key: 'a', VersionId: first }, { Key: 'b' }];
    const { Deleted, Errors } = await lab.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect(Errors ?? []).toEqual([]);
    expect(Deleted?.find(({ Key }) => Key === 'a')).toMatchObject({ VersionId: first });
    expect(Deleted?.find(({ Key }) => Key === 'b')).toMatchObject({ DeleteMarker: true });
    expect((await versions()).Versions?.map(({ Key }) => Key)).toEqual(['b']);
  });

  it('a listing of versions goes on from page to page', async () => {
    for (let n = 0; n < 7; n++) await put(`key-${n % 3}`, String(n));
    const seen: string[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 2, ...markers }));
      for (const { Key, VersionId } of page.Versions ?? []) seen.push(`${Key} ${VersionId}`);
      if (!page.IsTruncated) break;
      markers = {
        KeyMarker: page.NextKeyMarker as string,
        ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
      };
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });
});
