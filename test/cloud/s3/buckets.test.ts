import {
  DeleteBucketCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, refusal } from './bucket.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = await openLaboratory();
});
afterAll(() => lab.stop());

describe('buckets', () => {
  it('a created bucket is listed and has a head', async () => {
    const name = await lab.bucket();
    await lab.s3.send(new HeadBucketCommand({ Bucket: name }));
    const { Buckets } = await lab.s3.send(new ListBucketsCommand({}));
    const found = Buckets?.find((bucket) => bucket.Name === name);
    expect(found?.CreationDate).toBeInstanceOf(Date);
  });

  it('a bucket that does not exist answers 404 to HEAD and NoSuchBucket to a put', async () => {
    const missing = `tributary-missing-${crypto.randomUUID()}`;
    expect(await refusal(lab.s3.send(new HeadBucketCommand({ Bucket: missing })))).toMatchObject({ status: 404 });
    const put = new PutObjectCommand({ Bucket: missing, Key: 'a', Body: 'x' });
    expect(await refusal(lab.s3.send(put))).toEqual({ name: 'NoSuchBucket', status: 404 });
  });

  it('a bucket that holds an object cannot be deleted', async () => {
    const name = await lab.bucket();
    await lab.s3.send(new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'x' }));
    expect(await refusal(lab.s3.send(new DeleteBucketCommand({ Bucket: name })))).toEqual({
      name: 'BucketNotEmpty',
      status: 409,
    });
  });

  it('versioning is absent at first, then what was put', async () => {
    const name = await lab.bucket();
    const read = async () => (await lab.s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
    expect(await read()).toBeUndefined();
    for (const Status of ['Enabled', 'Suspended'] as const) {
      await lab.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }));
      expect(await read()).toBe(Status);
    }
  });
});
