import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, refusal } from './bucket.ts';

// S3 documents all of this, and the pipeline leans on none of it; moto 5 is laxer, so it has a file of its own.

let lab: Laboratory;
let bucket: string;
beforeAll(async () => {
  lab = await openLaboratory();
  bucket = await lab.bucket();
});
afterAll(() => lab.stop());

const put = (Key: string, Body: string, more: object = {}, Bucket = bucket) =>
  lab.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const head = (Key: string) => lab.s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));

describe('refusals', () => {
  it('a wrong checksum is refused and nothing is stored', async () => {
    const wrong = put('bad-sum', 'some bytes', { ChecksumCRC32: 'AAAAAA==' });
    expect(await refusal(wrong)).toEqual({ name: 'BadDigest', status: 400 });
    expect(await refusal(head('bad-sum'))).toMatchObject({ status: 404 });
  });

  it('a wrong Content-MD5 is refused and nothing is stored', async () => {
    const ContentMD5 = createHash('md5').update('other bytes').digest('base64');
    expect(await refusal(put('bad-md5', 'some bytes', { ContentMD5 }))).toEqual({ name: 'BadDigest', status: 400 });
    expect(await refusal(head('bad-md5'))).toMatchObject({ status: 404 });
  });

  it('a key above 1,024 bytes is refused', async () => {
    expect(await refusal(put('ü'.repeat(513), 'x'))).toEqual({ name: 'KeyTooLongError', status: 400 });
  });

  it.each(['Tributary-Capital', 'a..b-tributary', '192.168.5.4'])('the bucket name %s is refused', async (Bucket) => {
    const create = lab.s3.send(new CreateBucketCommand({ Bucket }));
    expect(await refusal(create)).toEqual({ name: 'InvalidBucketName', status: 400 });
  });

  it('parts in a wrong order, and parts of an aborted upload, are refused', async () => {
    const at = { Bucket: bucket, Key: 'ordered' };
    const { UploadId } = await lab.s3.send(new CreateMultipartUploadCommand(at));
    const send = async (PartNumber: number) => {
      const { ETag, ChecksumCRC32 } = await lab.s3.send(
        new UploadPartCommand({ ...at, UploadId, PartNumber, Body: 'x' }),
      );
      return { PartNumber, ETag, ...(ChecksumCRC32 ? { ChecksumCRC32 } : {}) };
    };
    const Parts = [await send(2), await send(1)];
    const complete = lab.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    expect(await refusal(complete)).toEqual({ name: 'InvalidPartOrder', status: 400 });
    await lab.s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    expect(await refusal(send(1))).toEqual({ name: 'NoSuchUpload', status: 404 });
    const late = lab.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    expect(await refusal(late)).toEqual({ name: 'NoSuchUpload', status: 404 });
  });
});

describe('versions', () => {
  const read = (Bucket: string, Key: string, VersionId?: string) =>
    lab.s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }));

  it('a delete marker that is asked for by its id answers 405', async () => {
    const versioned = await lab.bucket({ versioned: true });
    await put('drop', 'x', {}, versioned);
    const { VersionId } = await lab.s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: 'drop' }));
    expect(await refusal(read(versioned, 'drop', VersionId))).toEqual({ name: 'MethodNotAllowed', status: 405 });
  });

  it('suspended versioning overwrites the null version only', async () => {
    const versioned = await lab.bucket({ versioned: true });
    const { VersionId } = await put('drop', 'one', {}, versioned);
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await lab.s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }));
    await put('drop', 'two', {}, versioned);
    await put('drop', 'three', {}, versioned);
    const { Versions } = await lab.s3.send(new ListObjectVersionsCommand({ Bucket: versioned }));
    expect(Versions?.map((version) => version.VersionId)).toEqual(['null', VersionId]);
    expect(await (await read(versioned, 'drop', 'null')).Body?.transformToString()).toBe('three');
    expect(await (await read(versioned, 'drop', VersionId)).Body?.transformToString()).toBe('one');
  });

  it.each([undefined, '/'])(
    'a listing goes on although what it showed is deleted meanwhile, delimiter %s',
    async (Delimiter) => {
      const versioned = await lab.bucket({ versioned: true });
      for (let n = 0; n < 7; n++) await put(`key-${n % 3}`, String(n), {}, versioned);
      const seen: string[] = [];
      let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
      for (;;) {
        const page = await lab.s3.send(
          new ListObjectVersionsCommand({
            Bucket: versioned,
            MaxKeys: 2,
            ...(Delimiter ? { Delimiter } : {}),
            ...markers,
          }),
        );
        for (const { Key, VersionId } of page.Versions ?? []) {
          seen.push(`${Key} ${VersionId}`);
          await lab.s3.send(
            new DeleteObjectCommand({ Bucket: versioned, Key: Key as string, VersionId: VersionId as string }),
          );
        }
        if (!page.IsTruncated) break;
        const { NextKeyMarker, NextVersionIdMarker } = page;
        markers = { KeyMarker: NextKeyMarker as string, VersionIdMarker: NextVersionIdMarker as string };
      }
      expect(new Set(seen).size).toBe(7);
      expect(seen).toHaveLength(7);
    },
  );

  it('a listing of versions folds prefixes, each once over all pages', async () => {
    const versioned = await lab.bucket({ versioned: true });
    for (const key of ['a/1', 'a/1', 'a/2', 'b', 'b', 'c/3']) await put(key, 'x', {}, versioned);
    const entries: string[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await lab.s3.send(
        new ListObjectVersionsCommand({ Bucket: versioned, Delimiter: '/', MaxKeys: 1, ...markers }),
      );
      entries.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string));
      entries.push(...(page.Versions ?? []).map(({ Key }) => Key as string));
      if (!page.IsTruncated) break;
      const { NextKeyMarker, NextVersionIdMarker } = page;
      markers = {
        KeyMarker: NextKeyMarker as string,
        ...(NextVersionIdMarker ? { VersionIdMarker: NextVersionIdMarker } : {}),
      };
    }
    expect(entries).toEqual(['a/', 'b', 'b', 'c/']);
  });
});

it('EventBridge notifications are switched on and off', async () => {
  const write = (NotificationConfiguration: object) =>
    lab.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
  const read = () => lab.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
  await write({ EventBridgeConfiguration: {} });
  expect((await read()).EventBridgeConfiguration).toEqual({});
  await write({});
  expect((await read()).EventBridgeConfiguration).toBeUndefined();
});
