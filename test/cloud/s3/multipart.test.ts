import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, refusal } from './bucket.ts';

const MIB = 1024 * 1024;
const FIRST = Buffer.alloc(5 * MIB, 'first part ');
const LAST = Buffer.from('and the last');

let lab: Laboratory;
let bucket: string;
beforeAll(async () => {
  lab = await openLaboratory();
  bucket = await lab.bucket();
});
afterAll(() => lab.stop());

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const create = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) =>
  (await lab.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }))).UploadId as string;
async function part(Key: string, UploadId: string, PartNumber: number, Body: Uint8Array): Promise<CompletedPart> {
  const sent = await lab.s3.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body }));
  const { ETag, ChecksumCRC32 } = sent;
  return { PartNumber, ETag, ...(ChecksumCRC32 ? { ChecksumCRC32 } : {}) };
}
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  lab.s3.send(
    new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );
const read = (Key: string, more: object = {}) => lab.s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));

describe('multipart uploads', () => {
  it('parts sent in any order become one object, with metadata and the tag of S3', async () => {
    const key = 'joined ü';
    const id = await create(key, { ContentType: 'text/plain', Metadata: { feed: 'lab' } });
    const last = await part(key, id, 7, LAST);
    const first = await part(key, id, 2, FIRST);
    const { ETag } = await complete(key, id, [first, last]);
    expect(ETag).toBe(`"${md5(Buffer.concat([md5(FIRST), md5(LAST)])).toString('hex')}-2"`);
    const whole = await read(key);
    expect(whole).toMatchObject({ ContentType: 'text/plain', Metadata: { feed: 'lab' }, ETag });
    const body = Buffer.from((await whole.Body?.transformToByteArray()) as Uint8Array);
    expect(body.equals(Buffer.concat([FIRST, LAST]))).toBe(true);
    const across = await read(key, { Range: `bytes=${FIRST.length - 4}-${FIRST.length + 3}` });
    const seam = Buffer.concat([FIRST.subarray(-4), LAST.subarray(0, 4)]).toString();
    expect(await across.Body?.transformToString()).toBe(seam);
  });

  it('nothing is there before completion, or after an abort', async () => {
    const id = await create('aborted');
    await part('aborted', id, 1, LAST);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: 'aborted' });
    expect(await refusal(lab.s3.send(head))).toMatchObject({ status: 404 });
    await lab.s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'aborted', UploadId: id }));
    const { Uploads } = await lab.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'aborted' }));
    expect(Uploads ?? []).toEqual([]);
    expect(await refusal(lab.s3.send(head))).toMatchObject({ status: 404 });
  });

  it('a part sent twice counts once, with its last bytes', async () => {
    const id = await create('again');
    await part('again', id, 1, Buffer.from('older'));
    await complete('again', id, [await part('again', id, 1, Buffer.from('newer'))]);
    expect(await (await read('again')).Body?.transformToString()).toBe('newer');
  });

  it('only the listed parts are in the object', async () => {
    const id = await create('some');
    const first = await part('some', id, 1, Buffer.from('listed'));
    await part('some', id, 2, Buffer.from('left out'));
    await complete('some', id, [first]);
    expect(await (await read('some')).Body?.transformToString()).toBe('listed');
  });

  it('a wrong part and a small one are refused, and the upload lives on', async () => {
    const id = await create('strict');
    const small = await part('strict', id, 1, LAST);
    const other = await part('strict', id, 2, LAST);
    const wrong = { PartNumber: 1, ETag: '"00000000000000000000000000000000"' };
    expect(await refusal(complete('strict', id, [wrong]))).toMatchObject({ name: 'InvalidPart', status: 400 });
    expect(await refusal(complete('strict', id, [small, other]))).toMatchObject({
      name: 'EntityTooSmall',
      status: 400,
    });
    await complete('strict', id, [small]);
  });

  it('completes only where nothing is, under If-None-Match: *', async () => {
    const ids = [await create('one-of-two'), await create('one-of-two')];
    const bodies = ['winner', 'second'];
    const parts = await Promise.all(ids.map((id, n) => part('one-of-two', id, 1, Buffer.from(bodies[n] as string))));
    await complete('one-of-two', ids[0] as string, [parts[0] as CompletedPart], { IfNoneMatch: '*' });
    const second = complete('one-of-two', ids[1] as string, [parts[1] as CompletedPart], { IfNoneMatch: '*' });
    expect(await refusal(second)).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await (await read('one-of-two')).Body?.transformToString()).toBe('winner');
  });

  it('lists open uploads and their parts', async () => {
    const id = await create('open/upload');
    await part('open/upload', id, 1, FIRST);
    await part('open/upload', id, 3, LAST);
    const { Uploads } = await lab.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'open/' }));
    expect(Uploads?.map(({ Key, UploadId }) => [Key, UploadId])).toEqual([['open/upload', id]]);
    const list = { Bucket: bucket, Key: 'open/upload', UploadId: id };
    const { Parts, IsTruncated } = await lab.s3.send(new ListPartsCommand(list));
    expect(Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([
      [1, FIRST.length, `"${md5(FIRST).toString('hex')}"`],
      [3, LAST.length, `"${md5(LAST).toString('hex')}"`],
    ]);
    expect(IsTruncated).toBe(false);
    const second = await lab.s3.send(new ListPartsCommand({ ...list, MaxParts: 1, PartNumberMarker: '1' }));
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
    await lab.s3.send(new AbortMultipartUploadCommand(list));
  });

  it("the SDK's Upload carries a stream of unknown length", async () => {
    const body = Buffer.alloc(12 * MIB + 17, 'a stream of bytes, ');
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let at = 0; at < body.length; at += 100_003) yield body.subarray(at, at + 100_003);
    }
    const params = { Bucket: bucket, Key: 'upload', Body: Readable.from(chunks(), { objectMode: false }) };
    await new Upload({ client: lab.s3, params, partSize: 5 * MIB }).done();
    const { Body, ContentLength } = await read('upload');
    expect(ContentLength).toBe(body.length);
    expect(md5((await Body?.transformToByteArray()) as Uint8Array)).toEqual(md5(body));
  });
});
