import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, refusal } from './bucket.ts';

let lab: Laboratory;
let bucket: string;
beforeAll(async () => {
  lab = await openLaboratory();
  bucket = await lab.bucket();
});
afterAll(() => lab.stop());

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
) => lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
const head = (Key: string, more: object = {}) => lab.s3.send(new HeadObjectCommand({ Bucket: bucket, Key, ...more }));
const md5 = (body: string | Uint8Array) => createHash('md5').update(body).digest('hex');

describe('put and get', () => {
  it('gives back bytes, type, metadata, length and the MD5 as entity tag', async () => {
    const body = 'MSH|^~\\&|LAB\rPID|1\r';
    const written = await put('plain', body, { ContentType: 'text/plain', Metadata: { feed: 'lab' } });
    const read = await get('plain');
    expect(written.ETag).toBe(`"${md5(body)}"`);
    expect(await read.Body?.transformToString()).toBe(body);
    expect(read).toMatchObject({ ContentType: 'text/plain', ContentLength: body.length, ETag: written.ETag });
    expect(read.Metadata).toEqual({ feed: 'lab' });
    expect(read.LastModified).toBeInstanceOf(Date);
  });

  it('keeps an empty object', async () => {
    await put('empty', '');
    expect(await text('empty')).toBe('');
    expect((await head('empty')).ContentLength).toBe(0);
  });

  it('gives an object without a type the type binary/octet-stream', async () => {
    await put('untyped', new Uint8Array([1, 2, 3]));
    expect((await head('untyped')).ContentType).toMatch(/octet-stream/);
  });

  it('keeps content-encoding, cache-control and disposition', async () => {
    const described = { ContentEncoding: 'gzip', CacheControl: 'no-store', ContentDisposition: 'attachment' };
    await put('described', 'x', described);
    expect(await head('described')).toMatchObject(described);
  });

  it('a streamed put stores the bytes and not the framing', async () => {
    const body = Buffer.alloc(300_000, 'abcdefghij');
    const chunks = [body.subarray(0, 70_001), body.subarray(70_001)];
    await put('streamed', Readable.from(chunks), { ContentLength: body.length, ContentEncoding: 'gzip' });
    const read = await get('streamed');
    expect(read.ContentLength).toBe(body.length);
    expect(read.ContentEncoding).toBe('gzip');
    expect(md5((await read.Body?.transformToByteArray()) as Uint8Array)).toBe(md5(body));
  });

  it('a put replaces the object, and a read sees it at once', async () => {
    await put('replaced', 'one');
    await put('replaced', 'two');
    expect(await text('replaced')).toBe('two');
  });

  it('encryption under KMS is accepted and told', async () => {
    const written = await put('secret', 'x', { ServerSideEncryption: 'aws:kms' });
    expect(written.ServerSideEncryption).toBe('aws:kms');
    expect((await head('secret')).ServerSideEncryption).toBe('aws:kms');
  });

  it('an object that does not exist answers NoSuchKey, and 404 to HEAD', async () => {
    expect(await refusal(get('missing'))).toEqual({ name: 'NoSuchKey', status: 404 });
    expect(await refusal(head('missing'))).toMatchObject({ status: 404 });
  });

  it('deleting is final and may be repeated', async () => {
    await put('deleted', 'x');
    for (let time = 0; time < 2; time++) {
      await lab.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted' }));
    }
    expect(await refusal(get('deleted'))).toEqual({ name: 'NoSuchKey', status: 404 });
  });
});

describe('ranges', () => {
  beforeAll(() => put('digits', '0123456789'));

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s gives %s', async (Range, body, ContentRange) => {
    const read = await get('digits', { Range });
    expect(await read.Body?.transformToString()).toBe(body);
    expect(read).toMatchObject({ ContentRange, ContentLength: body.length });
    expect(read.$metadata.httpStatusCode).toBe(206);
  });

  it('a range behind the end answers InvalidRange', async () => {
    expect(await refusal(get('digits', { Range: 'bytes=10-' }))).toEqual({ name: 'InvalidRange', status: 416 });
  });
});

describe('checksums', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is verified, kept and told',
    async (algorithm) => {
      const written = await put(`sum-${algorithm}`, 'some bytes', { ChecksumAlgorithm: algorithm });
      const read = await head(`sum-${algorithm}`, { ChecksumMode: 'ENABLED' });
      const field = `Checksum${algorithm}` as const;
      expect(written[field]).toMatch(/=$/);
      expect(read[field]).toBe(written[field]);
      expect(await text(`sum-${algorithm}`, { ChecksumMode: 'ENABLED' })).toBe('some bytes');
    },
  );
});

describe('conditions', () => {
  it('If-None-Match: * writes only where nothing is', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    expect(await refusal(put('once', 'second', { IfNoneMatch: '*' }))).toEqual({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect(await text('once')).toBe('first');
  });

  it('of many writers with If-None-Match: * exactly one wins', async () => {
    const writes = Array.from({ length: 8 }, (_, n) => put('race', `writer ${n}`, { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(writes);
    const won = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await text('race')).toBe(`writer ${won[0]}`);
  });

  it('If-Match writes only over the version it names', async () => {
    const first = await put('swapped', 'first');
    const second = await put('swapped', 'second', { IfMatch: first.ETag as string });
    const stale = put('swapped', 'third', { IfMatch: first.ETag as string });
    expect(await refusal(stale)).toEqual({ name: 'PreconditionFailed', status: 412 });
    expect((await head('swapped')).ETag).toBe(second.ETag);
  });

  it('a conditional read answers 304 or 412', async () => {
    const { ETag } = await put('watched', 'x');
    expect(await refusal(get('watched', { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect(await refusal(get('watched', { IfMatch: '"0"' }))).toMatchObject({ status: 412 });
    const later = new Date(Date.now() + 3_600_000);
    expect(await refusal(get('watched', { IfUnmodifiedSince: new Date(0) }))).toMatchObject({ status: 412 });
    expect(await text('watched', { IfMatch: ETag, IfUnmodifiedSince: later })).toBe('x');
  });
});

describe('keys', () => {
  it.each([
    'inbound/../escaped.hl7',
    '../../outside',
    'a/./b',
    'a//b',
    '/leading',
    'trailing/',
    'plus+and space',
    'percent%2Fslash',
    'Ärzte/日本/🫀.csv',
    'quote\'"<&>',
    'semi;colon=equals?question#hash',
    'x'.repeat(1024),
  ])('%s is kept letter by letter', async (key) => {
    await put(key, `of ${key}`);
    expect(await text(key)).toBe(`of ${key}`);
    await lab.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    expect(await refusal(head(key))).toMatchObject({ status: 404 });
  });

  it('names that a path would make equal stay apart', async () => {
    await put('dir/../same', 'one');
    await put('same', 'two');
    expect(await text('dir/../same')).toBe('one');
    expect(await text('same')).toBe('two');
  });
});

describe('copy', () => {
  beforeAll(() => put('source ü+', 'copied bytes', { ContentType: 'text/csv', Metadata: { feed: 'lab' } }));
  const CopySource = () => `${bucket}/${encodeURIComponent('source ü+')}`;

  it('takes bytes, type and metadata', async () => {
    const { CopyObjectResult } = await lab.s3.send(
      new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: CopySource() }),
    );
    expect(CopyObjectResult?.ETag).toBe(`"${md5('copied bytes')}"`);
    expect(await text('copy')).toBe('copied bytes');
    expect(await head('copy')).toMatchObject({ ContentType: 'text/csv', Metadata: { feed: 'lab' } });
  });

  it('takes new metadata under the directive REPLACE', async () => {
    await lab.s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: 'relabelled',
        CopySource: CopySource(),
        MetadataDirective: 'REPLACE',
        ContentType: 'text/plain',
        Metadata: { other: 'yes' },
      }),
    );
    expect(await head('relabelled')).toMatchObject({ ContentType: 'text/plain', Metadata: { other: 'yes' } });
  });

  it('of a missing source answers NoSuchKey', async () => {
    const copy = new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/nothing` });
    expect(await refusal(lab.s3.send(copy))).toEqual({ name: 'NoSuchKey', status: 404 });
  });
});
