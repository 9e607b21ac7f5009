import { quoted } from './call.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import { checksumHeader } from './payload.ts';
import { notImplemented, Refusal } from './refusal.ts';
import type { Headers } from './request.ts';
import type { Bucket } from './store.ts';
import type { ObjectAttributes, ObjectVersion } from './versions.ts';

const CONTENT_HEADERS = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];
const ENCRYPTION = 'x-amz-server-side-encryption';
const METADATA_LIMIT_BYTES = 2048;

/** Encryption is claimed by the header alone: the embedded cloud's files are as safe as the disk they lie on. */
export function encryptionHeaders(headers: Headers): Record<string, string> {
  const algorithm = headers.get(ENCRYPTION) ?? 'AES256';
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') throw notImplemented(`This value of ${ENCRYPTION}`);
  const kept: Record<string, string> = { [ENCRYPTION]: algorithm };
  for (const name of [`${ENCRYPTION}-aws-kms-key-id`, `${ENCRYPTION}-bucket-key-enabled`]) {
    const value = headers.get(name);
    if (value === undefined) continue;
    if (algorithm !== 'aws:kms') throw new Refusal('InvalidArgument', `${name} needs ${ENCRYPTION}: aws:kms`);
    kept[name] = value;
  }
  return kept;
}

/** The headers that say what an object is, as PutObject, CopyObject and CreateMultipartUpload take them. */
export function descriptiveHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataBytes = 0;
  for (const [name, value] of headers) {
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) metadataBytes += Buffer.byteLength(name) - 'x-amz-meta-'.length + Buffer.byteLength(value);
    if (isMetadata || CONTENT_HEADERS.includes(name)) kept[name] = value;
  }
  if (metadataBytes > METADATA_LIMIT_BYTES) {
    throw new Refusal('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  const encoding = contentEncoding(headers.get('content-encoding'));
  return encoding === '' ? kept : { ...kept, 'content-encoding': encoding };
}

/** `aws-chunked` is a way of sending, not of the object. */
const contentEncoding = (value = ''): string =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked')
    .join(',');

export function requireStandardStorage(headers: Headers): void {
  const storage = headers.get('x-amz-storage-class');
  if (storage !== undefined && storage !== 'STANDARD') throw notImplemented('This value of x-amz-storage-class');
}

export const isEncryptionHeader = (name: string): boolean => name.startsWith(ENCRYPTION);

export const onlyEncryption = (attributes: ObjectAttributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes.headers).filter(([name]) => isEncryptionHeader(name)));

export const versionHeader = (bucket: Bucket, versionId: string): Record<string, string> =>
  bucket.versioning === undefined ? {} : { 'x-amz-version-id': versionId };

export function checksumHeaders({ checksum }: ObjectAttributes): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** `ChecksumCRC32` and so on, as XML answers spell them. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

/** What the answer to every kind of write says of the new version. */
export const writtenHeaders = (bucket: Bucket, version: ObjectVersion): Record<string, string> => ({
  etag: quoted(version.etag),
  ...versionHeader(bucket, version.versionId),
  ...onlyEncryption(version.attributes),
});

/** What a listing says of an object's checksum; its value is left to HeadObject. */
export const checksumFields = ({ checksum }: ObjectAttributes) => ({
  ChecksumAlgorithm: checksum?.algorithm,
  ChecksumType: checksum?.type,
});
