import {
  checksumHeaders,
  descriptiveHeaders,
  encryptionHeaders,
  requireStandardStorage,
  writtenHeaders,
} from './attributes.ts';
import type { Answer, Call } from './call.ts';
import { writeAndCommit } from './commit-object.ts';
import { openPayload } from './payload.ts';
import { Refusal } from './refusal.ts';
import { requireBucket } from './store.ts';

const LIMIT_BYTES = 5 * 1024 ** 3;

export async function putObject(call: Call): Promise<Answer> {
  requireBucket(call.store, call.bucket);
  requireStandardStorage(call.headers);
  requireLength(call);
  const headers = { ...descriptiveHeaders(call.headers), ...encryptionHeaders(call.headers) };
  const payload = openPayload(call.request, call.headers);
  const describe = () => {
    const { size, md5, checksum } = payload.digest();
    const attributes = { headers, ...(checksum ? { checksum: { ...checksum, type: 'FULL_OBJECT' as const } } : {}) };
    return { size, etag: md5, attributes };
  };
  const { bucket, version } = await writeAndCommit(call, payload.chunks, describe, 'PutObject');
  return { headers: { ...writtenHeaders(bucket, version), ...checksumHeaders(version.attributes) } };
}

/** S3 takes no body of unknown length, and none above 5 GiB. */
export function requireLength(call: Call): void {
  const length = call.headers.get('x-amz-decoded-content-length') ?? call.headers.get('content-length');
  if (length === undefined) {
    throw new Refusal('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  if (Number(length) > LIMIT_BYTES) {
    throw new Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size');
  }
}
