import { createHash } from 'node:crypto';
import {
  descriptiveHeaders,
  encryptionHeaders,
  isEncryptionHeader,
  requireStandardStorage,
  versionHeader,
  writtenHeaders,
} from './attributes.ts';
import { type Answer, type Call, isoSeconds, quoted } from './call.ts';
import { writeAndCommit } from './commit-object.ts';
import { isNotModified } from './conditions.ts';
import { requireVersion } from './get-object.ts';
import { invalidArgument, notImplemented, preconditionFailed, Refusal } from './refusal.ts';
import { parseTarget } from './request.ts';
import { requireBucket } from './store.ts';
import type { ObjectVersion } from './versions.ts';

export async function copyObject(call: Call): Promise<Answer> {
  const { store } = call;
  requireBucket(store, call.bucket);
  requireStandardStorage(call.headers);
  const source = readSource(call.headers.get('x-amz-copy-source') ?? '');
  const sourceBucket = requireBucket(store, source.bucket);
  const original = requireVersion(call, sourceBucket, source.key, source.versionId);
  if (isNotModified(call.headers, original, 'x-amz-copy-source-')) throw preconditionFailed('If-None-Match');
  const headers = copiedHeaders(call, original, source.bucket === call.bucket && source.key === call.key);
  const md5 = createHash('md5');
  const bytes = store.files.read(original.segments, 0, original.size);
  const whole = original.attributes.checksum?.type === 'FULL_OBJECT' ? { checksum: original.attributes.checksum } : {};
  const describe = () => ({ size: original.size, etag: md5.digest('hex'), attributes: { headers, ...whole } });
  const { bucket, version } = await writeAndCommit(call, tapped(bytes, md5), describe, 'CopyObject');
  const { etag, ...written } = writtenHeaders(bucket, version);
  const sourceVersion = versionHeader(sourceBucket, original.versionId)['x-amz-version-id'];
  return {
    headers: { ...written, 'x-amz-copy-source-version-id': sourceVersion },
    xml: {
      root: 'CopyObjectResult',
      fields: { LastModified: isoSeconds(version.modifiedMs), ETag: quoted(version.etag) },
    },
  };
}

async function* tapped(bytes: AsyncIterable<Buffer>, hash: { update(bytes: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function copiedHeaders(call: Call, original: ObjectVersion, ontoItself: boolean): Record<string, string> {
  const directive = call.headers.get('x-amz-metadata-directive') ?? 'COPY';
  const encryption = encryptionHeaders(call.headers);
  if (directive === 'REPLACE') return { ...descriptiveHeaders(call.headers), ...encryption };
  if (directive !== 'COPY') throw invalidArgument('x-amz-metadata-directive', 'Unknown metadata directive.');
  if (ontoItself && !call.headers.has('x-amz-server-side-encryption')) {
    const message = 'This copy request is illegal because it copies an object to itself without changing anything';
    throw new Refusal('InvalidRequest', message);
  }
  const kept = Object.entries(original.attributes.headers).filter(([name]) => !isEncryptionHeader(name));
  return { ...Object.fromEntries(kept), ...encryption };
}

/** `[/]bucket/key[?versionId=id]`, percent-encoded; an access point's ARN is not implemented. */
function readSource(header: string): { bucket: string; key: string; versionId?: string } {
  if (header.startsWith('arn:')) throw notImplemented('An ARN as x-amz-copy-source');
  // A `?` in the key comes encoded, so the first one is the query's.
  const { bucket, key, query } = parseTarget(header.startsWith('/') ? header : `/${header}`);
  if (bucket === undefined || key === undefined) {
    throw invalidArgument(
      'x-amz-copy-source',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const versionId = query.get('versionId');
  if ([...query.keys()].some((name) => name !== 'versionId'))
    throw notImplemented('This parameter of x-amz-copy-source');
  return versionId === undefined ? { bucket, key } : { bucket, key, versionId };
}
