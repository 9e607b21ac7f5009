import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OwnCloud, ownCloud } from './own-cloud.ts';

let cloud: OwnCloud;
beforeEach(async () => {
  cloud = await ownCloud();
  await cloud.call('PUT', '/bucket');
});
afterEach(async () => {
  expect(cloud.faults).toEqual([]);
  await cloud.stop();
});

const code = (text: string) => /<Code>(\w+)<\/Code>/.exec(text)?.[1];
const files = () => readdirSync(join(cloud.directory, 's3', 'objects'));

describe('what is not implemented', () => {
  it.each([
    ['PUT', '/bucket/key?tagging', 'tagging'],
    ['PUT', '/bucket/key?acl', 'acl'],
    ['PUT', '/bucket/key?retention', 'retention'],
    ['PUT', '/bucket/key?unheard-of', 'unheard-of'],
    ['GET', '/bucket/key?attributes', 'attributes'],
    ['GET', '/bucket/key?partNumber=1', 'partNumber'],
    ['DELETE', '/bucket/key?tagging', 'tagging'],
    ['POST', '/bucket/key?select&select-type=2', 'select'],
    ['POST', '/bucket/key?restore', 'restore'],
    ['POST', '/bucket', 'POST'],
    ['PUT', '/bucket?policy', 'policy'],
    ['PUT', '/bucket?lifecycle', 'lifecycle'],
    ['GET', '/bucket?location', 'location'],
    ['GET', '/bucket', 'GET'],
    ['DELETE', '/bucket?policy', 'policy'],
    ['GET', '/bucket?list-type=2&marker=a', 'marker'],
    ['PATCH', '/bucket/key', 'PATCH'],
  ])('%s %s answers 501 and names it', async (method, path, name) => {
    await cloud.call('PUT', '/bucket/key', 'kept');
    const { status, text } = await cloud.call(method, path, method === 'PUT' ? '<Tagging/>' : '');
    expect([status, code(text)]).toEqual([501, 'NotImplemented']);
    expect(text).toMatch(new RegExp(`\\b${name}\\b`));
    expect((await cloud.call('GET', '/bucket/key')).text).toBe('kept');
  });

  it.each([
    ['x-amz-acl', 'public-read'],
    ['x-amz-tagging', 'a=b'],
    ['x-amz-object-lock-mode', 'GOVERNANCE'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-storage-class', 'GLACIER'],
    ['x-amz-website-redirect-location', '/'],
    ['x-amz-server-side-encryption', 'aws:kms:dsse'],
    ['x-amz-write-offset-bytes', '5'],
    ['if-modified-since', 'Sat, 21 Nov 2026 00:00:00 GMT'],
    ['if-none-match', '"tag"'],
  ])('a put with %s: %s answers 501 and stores nothing', async (name, value) => {
    const { status, text } = await cloud.call('PUT', '/bucket/key', 'x', { [name]: value });
    expect([status, code(text)]).toEqual([501, 'NotImplemented']);
    expect(text.toLowerCase()).toContain(name);
    expect((await cloud.call('HEAD', '/bucket/key')).status).toBe(404);
    expect(files()).toEqual([]);
  });

  it.each([
    ['/bucket?notification', '<NotificationConfiguration><QueueConfiguration/></NotificationConfiguration>'],
    [
      '/bucket?versioning',
      '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
    ],
    ['/other', '<CreateBucketConfiguration><Bucket/></CreateBucketConfiguration>'],
  ])('a document for %s with a part that nothing reads answers 501', async (path, body) => {
    expect((await cloud.call('PUT', path, body)).status).toBe(501);
  });

  it('a copy of a part answers 501 and does not store its empty body', async () => {
    const created = await cloud.call('POST', '/bucket/key?uploads');
    const id = /<UploadId>([^<]+)/.exec(created.text)?.[1];
    const copy = { 'x-amz-copy-source': '/bucket/other' };
    const { status, text } = await cloud.call('PUT', `/bucket/key?partNumber=1&uploadId=${id}`, '', copy);
    expect([status, text.includes('x-amz-copy-source')]).toEqual([501, true]);
  });
});

describe('requests as they come off the wire', () => {
  it.each(['/bucket/a/../b', '/bucket//x', '/bucket/%2e%2e/%2F', '/bucket/..', '/bucket/a%00b'])(
    '%s is a key and never a path',
    async (path) => {
      expect((await cloud.call('PUT', path, 'bytes')).status).toBe(200);
      expect((await cloud.call('GET', path)).text).toBe('bytes');
      expect(files()).toHaveLength(1);
      expect(files()[0]).toMatch(/^[\da-f-]{36}$/);
    },
  );

  it('a target with a broken escape answers InvalidURI', async () => {
    expect(code((await cloud.call('GET', '/bucket/%zz')).text)).toBe('InvalidURI');
  });

  it('a presigned request is served, and headers that its URL carries count', async () => {
    const signed =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=c';
    const put = await cloud.call('PUT', `/bucket/key?x-amz-meta-feed=lab&${signed}&x-id=PutObject`, 'x');
    expect(put.status).toBe(200);
    expect((await cloud.call('GET', `/bucket/key?${signed}`)).headers['x-amz-meta-feed']).toBe('lab');
    expect((await cloud.call('PUT', `/bucket/key?x-amz-acl=private&${signed}`, 'x')).status).toBe(501);
  });

  it('a response override is followed, and one that would break the header is refused', async () => {
    await cloud.call('PUT', '/bucket/key', 'x');
    const read = await cloud.call('GET', '/bucket/key?response-content-type=text%2Fcsv');
    expect(read.headers['content-type']).toBe('text/csv');
    const split = await cloud.call('GET', '/bucket/key?response-content-type=a%0d%0aset-cookie:b');
    expect([split.status, code(split.text)]).toEqual([400, 'InvalidArgument']);
  });

  it('metadata in UTF-8 comes back as it was', async () => {
    const value = Buffer.from('Röntgen').toString('latin1');
    // Node writes the headers before a text body as UTF-8, so the body is bytes.
    await cloud.call('PUT', '/bucket/key', Buffer.from('x'), { 'x-amz-meta-unit': value });
    const read = await cloud.call('HEAD', '/bucket/key');
    expect(Buffer.from(String(read.headers['x-amz-meta-unit']), 'latin1').toString()).toBe('Röntgen');
  });

  it('KMS headers are echoed, and a key without aws:kms is refused', async () => {
    const sse = 'x-amz-server-side-encryption';
    const headers = { [sse]: 'aws:kms', [`${sse}-aws-kms-key-id`]: 'arn:key', [`${sse}-bucket-key-enabled`]: 'true' };
    expect((await cloud.call('PUT', '/bucket/key', 'x', headers)).headers).toMatchObject(headers);
    expect((await cloud.call('HEAD', '/bucket/key')).headers).toMatchObject(headers);
    const without = await cloud.call('PUT', '/bucket/key', 'x', { [`${sse}-aws-kms-key-id`]: 'arn:key' });
    expect(without.status).toBe(400);
  });

  it('a refusal holds neither key nor body', async () => {
    const { text } = await cloud.call('GET', '/bucket/CANARY-DOE-JOHN.hl7');
    expect(code(text)).toBe('NoSuchKey');
    expect(text).not.toContain('CANARY');
  });

  it('a put that promises a checksum and does not send it is refused', async () => {
    const announced = await cloud.call('PUT', '/bucket/key', 'x', { 'x-amz-sdk-checksum-algorithm': 'CRC32' });
    expect(announced.status).toBe(400);
    const sha = await cloud.call('PUT', '/bucket/key', 'x', { 'x-amz-content-sha256': '0'.repeat(64) });
    expect(code(sha.text)).toBe('XAmzContentSHA256Mismatch');
    expect(files()).toEqual([]);
  });

  it('a chunked put whose trailer is wrong is refused and leaves no file', async () => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    const body = (sum: string) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
    const wrong = await cloud.call('PUT', '/bucket/key', body('AAAAAA=='), headers);
    expect(code(wrong.text)).toBe('BadDigest');
    expect(files()).toEqual([]);
    expect((await cloud.call('PUT', '/bucket/key', body('NhCmhg=='), headers)).status).toBe(200);
    const read = await cloud.call('GET', '/bucket/key', '', { 'x-amz-checksum-mode': 'ENABLED' });
    expect([read.text, read.headers['x-amz-checksum-crc32']]).toEqual(['hello', 'NhCmhg==']);
    expect(read.headers['content-encoding']).toBeUndefined();
  });

  it('a full-object CRC of a multipart upload is that of the joined bytes', async () => {
    const created = await cloud.call('POST', '/bucket/key?uploads', '', {
      'x-amz-checksum-algorithm': 'CRC64NVME',
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
    const id = /<UploadId>([^<]+)/.exec(created.text)?.[1];
    const part = await cloud.call('PUT', `/bucket/key?partNumber=1&uploadId=${id}`, '123456789');
    const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers['etag']}</ETag></Part></CompleteMultipartUpload>`;
    const complete = (sum: string) =>
      cloud.call('POST', `/bucket/key?uploadId=${id}`, document, { 'x-amz-checksum-crc64nvme': sum });
    expect(code((await complete('AAAAAAAAAAA=')).text)).toBe('BadDigest');
    const sum = Buffer.from('ae8b14860a799888', 'hex').toString('base64');
    expect((await complete(sum)).text).toContain(`<ChecksumCRC64NVME>${sum}</ChecksumCRC64NVME>`);
  });
});

describe('clients that go away', () => {
  const until = async (holds: () => boolean) => {
    for (let waited = 0; waited < 100 && !holds(); waited++) await sleep(20);
    expect(holds()).toBe(true);
  };

  it('a put that breaks off leaves no object and no file', async () => {
    const { hostname, port } = new URL(cloud.endpoint());
    const headers = { 'content-length': '1000000' };
    const sent = request({ hostname, port, method: 'PUT', path: '/bucket/key', headers });
    const failed = once(sent, 'error');
    sent.write(Buffer.alloc(200_000));
    await until(() => files().length === 1);
    sent.destroy(new Error('gone'));
    await failed;
    await until(() => files().length === 0);
    expect((await cloud.call('HEAD', '/bucket/key')).status).toBe(404);
  });

  it('an object that is replaced while it is read is read to its end, and its file goes afterwards', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, 'old');
    await cloud.call('PUT', '/bucket/key', body);
    const response = await open('/bucket/key');
    await cloud.call('PUT', '/bucket/key', 'new');
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(body)).toBe(true);
    await until(() => files().length === 1);
  });

  it('a get that breaks off lets go of the file', async () => {
    await cloud.call('PUT', '/bucket/key', Buffer.alloc(8 * 1024 * 1024));
    const response = await open('/bucket/key');
    response.destroy();
    await cloud.call('DELETE', '/bucket/key');
    await until(() => files().length === 0);
  });

  const open = async (path: string) => {
    const [response] = (await once(get(cloud.endpoint() + path), 'response')) as [IncomingMessage];
    return response;
  };
});

describe('state', () => {
  it('objects, versions and open uploads are there after a restart', async () => {
    await cloud.call('PUT', '/bucket/key', 'kept');
    const created = await cloud.call('POST', '/bucket/multi?uploads');
    const id = /<UploadId>([^<]+)/.exec(created.text)?.[1];
    const part = await cloud.call('PUT', `/bucket/multi?partNumber=1&uploadId=${id}`, 'part');
    await cloud.restart();
    expect((await cloud.call('GET', '/bucket/key')).text).toBe('kept');
    const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers['etag']}</ETag></Part></CompleteMultipartUpload>`;
    expect((await cloud.call('POST', `/bucket/multi?uploadId=${id}`, document)).status).toBe(200);
    expect((await cloud.call('GET', '/bucket/multi')).text).toBe('part');
  });

  it('files that no row names are swept at the start', async () => {
    await cloud.call('PUT', '/bucket/key', 'kept');
    const before = files();
    writeFileSync(join(cloud.directory, 's3', 'objects', crypto.randomUUID()), 'left by a kill');
    await cloud.restart();
    expect(files()).toEqual(before);
  });

  it('replaced, deleted and aborted bytes leave no file', async () => {
    await cloud.call('PUT', '/bucket/key', 'one');
    await cloud.call('PUT', '/bucket/key', 'two');
    expect(files()).toHaveLength(1);
    const created = await cloud.call('POST', '/bucket/multi?uploads');
    const id = /<UploadId>([^<]+)/.exec(created.text)?.[1];
    for (const body of ['part', 'part again'])
      await cloud.call('PUT', `/bucket/multi?partNumber=1&uploadId=${id}`, body);
    expect(files()).toHaveLength(2);
    await cloud.call('DELETE', `/bucket/multi?uploadId=${id}`);
    await cloud.call('DELETE', '/bucket/key');
    expect(files()).toEqual([]);
  });
});
