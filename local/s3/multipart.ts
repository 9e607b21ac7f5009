import { randomBytes } from 'node:crypto';
import {
  checksumElement,
  checksumHeaders,
  descriptiveHeaders,
  encryptionHeaders,
  isEncryptionHeader,
  requireStandardStorage,
} from './attributes.ts';
import { type Answer, type Call, isoSeconds, quoted } from './call.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from './checksums.ts';
import { nameEncoder, pageSize } from './paging.ts';
import { openPayload, type PayloadDigest } from './payload.ts';
import { requireLength } from './put-object.ts';
import { invalidArgument, Refusal } from './refusal.ts';
import { requireBucket } from './store.ts';
import {
  dropUpload,
  listParts,
  type Part,
  readUpload,
  requireUpload,
  savePart,
  saveUpload,
  type Upload,
  type UploadChecksum,
} from './uploads.ts';
import { keyBytes } from './versions.ts';
import type { XmlFields } from './xml.ts';

export function createMultipartUpload(call: Call): Answer {
  const { store, bucket, key } = call;
  requireBucket(store, bucket);
  requireStandardStorage(call.headers);
  const encryption = encryptionHeaders(call.headers);
  const headers = { ...descriptiveHeaders(call.headers), ...encryption };
  const checksum = uploadChecksum(call);
  const id = randomBytes(48).toString('base64url');
  saveUpload(store, bucket, { id, key, initiatedMs: store.now(), headers, checksum });
  return {
    headers: {
      ...encryption,
      'x-amz-checksum-algorithm': checksum.algorithm,
      'x-amz-checksum-type': checksum.type,
    },
    xml: { root: 'InitiateMultipartUploadResult', fields: { Bucket: bucket, Key: key, UploadId: id } },
  };
}

/** Types per algorithm as in the S3 user guide, "Full object and composite checksum types". */
function uploadChecksum({ headers }: Call): UploadChecksum {
  const named = headers.get('x-amz-checksum-algorithm')?.toUpperCase();
  const type = headers.get('x-amz-checksum-type')?.toUpperCase();
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === named);
  if (named === undefined && type === undefined) return {};
  if (!algorithm) throw new Refusal('InvalidRequest', 'Checksum algorithm provided is unsupported or missing.');
  const fallback = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const chosen = type ?? fallback;
  const possible = possibleTypes(algorithm);
  if (chosen !== 'FULL_OBJECT' && chosen !== 'COMPOSITE')
    throw invalidArgument('x-amz-checksum-type', 'Unknown checksum type.');
  if (!possible.includes(chosen)) {
    throw new Refusal(
      'InvalidRequest',
      `The ${chosen} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

function possibleTypes(algorithm: ChecksumAlgorithm): readonly string[] {
  if (algorithm === 'CRC64NVME') return ['FULL_OBJECT'];
  return algorithm.startsWith('SHA') ? ['COMPOSITE'] : ['FULL_OBJECT', 'COMPOSITE'];
}

export async function uploadPart(call: Call): Promise<Answer> {
  const { store, bucket, key } = call;
  const id = call.query.get('uploadId') ?? '';
  const number = partNumber(call.query.get('partNumber') ?? '');
  requireBucket(store, bucket);
  const upload = requireUpload(store, bucket, key, id);
  requireLength(call);
  const payload = openPayload(call.request, call.headers);
  const file = await store.files.write(payload.chunks);
  let replaced: string[];
  try {
    const digest = payload.digest();
    requireSameAlgorithm(upload, digest);
    replaced = store.transaction(() => {
      requireUpload(store, bucket, key, id);
      return savePart(store, id, makePart(number, digest, file, store.now()));
    });
  } catch (error) {
    await store.files.remove([file]);
    throw error;
  }
  await store.files.remove(replaced);
  const { md5, checksum } = payload.digest();
  const { 'x-amz-checksum-type': _, ...sent } = checksumHeaders(
    checksum ? { headers: {}, checksum: { ...checksum, type: 'FULL_OBJECT' } } : { headers: {} },
  );
  const encryption = Object.entries(upload.headers).filter(([name]) => isEncryptionHeader(name));
  return { headers: { etag: quoted(md5), ...sent, ...Object.fromEntries(encryption) } };
}

const makePart = (number: number, { md5, size, checksum }: PayloadDigest, file: string, modifiedMs: number): Part => ({
  number,
  etag: md5,
  size,
  modifiedMs,
  file,
  ...(checksum ? { checksum } : {}),
});

function partNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalidArgument('partNumber', 'Part number must be an integer between 1 and 10000, inclusive');
}

function requireSameAlgorithm(upload: Upload, { checksum }: PayloadDigest): void {
  const { algorithm, type } = upload.checksum;
  // Only a composite checksum needs every part's own; of a full one S3 makes the parts' itself.
  if (algorithm === undefined || algorithm === checksum?.algorithm || (type === 'FULL_OBJECT' && !checksum)) return;
  const actual = checksum?.algorithm.toLowerCase() ?? 'null';
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${actual}`;
  throw new Refusal('InvalidRequest', message);
}

export async function abortMultipartUpload(call: Call): Promise<Answer> {
  const { store, bucket, key } = call;
  const id = call.query.get('uploadId') ?? '';
  requireBucket(store, bucket);
  const dropped = store.transaction(() => dropUpload(store, requireUpload(store, bucket, key, id).id));
  await store.files.remove(dropped);
  return { status: 204 };
}

export function listUploadedParts(call: Call): Answer {
  const { store, bucket, key, query } = call;
  requireBucket(store, bucket);
  const upload = requireUpload(store, bucket, key, query.get('uploadId') ?? '');
  const limit = pageSize(query, 'max-parts', 1000);
  const marker = pageSize(query, 'part-number-marker', query.has('part-number-marker') ? 10_000 : 0);
  const found = listParts(store, upload.id, marker, limit + 1);
  const page = found.slice(0, limit);
  return {
    xml: {
      root: 'ListPartsResult',
      fields: {
        Bucket: bucket,
        Key: key,
        UploadId: upload.id,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        MaxParts: limit,
        IsTruncated: found.length > limit,
        Part: page.map(partFields),
        StorageClass: 'STANDARD',
        ChecksumAlgorithm: upload.checksum.algorithm,
        ChecksumType: upload.checksum.type,
      },
    },
  };
}

const partFields = (part: Part): XmlFields => ({
  PartNumber: part.number,
  LastModified: isoSeconds(part.modifiedMs),
  ETag: quoted(part.etag),
  Size: part.size,
  ...(part.checksum ? { [checksumElement(part.checksum.algorithm)]: part.checksum.value } : {}),
});

export function listMultipartUploads(call: Call): Answer {
  const { store, bucket, query } = call;
  requireBucket(store, bucket);
  const encode = nameEncoder(query);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const limit = pageSize(query, 'max-uploads', 1000);
  // Without a key marker the upload-id marker is ignored (S3 API reference, ListMultipartUploads).
  const found = store
    .sql('SELECT * FROM uploads WHERE bucket = ? AND (key > ? OR (key = ? AND id > ? AND ? <> 0)) ORDER BY key, id')
    .all(bucket, keyBytes(keyMarker), keyBytes(keyMarker), idMarker, keyMarker !== '' && idMarker !== '' ? 1 : 0)
    .map(readUpload)
    .filter(({ key }) => key.startsWith(prefix));
  const page = found.slice(0, limit);
  const more = found.length > limit;
  return {
    xml: {
      root: 'ListMultipartUploadsResult',
      fields: {
        Bucket: bucket,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: idMarker,
        NextKeyMarker: more ? encode(page.at(-1)?.key ?? '') : undefined,
        NextUploadIdMarker: more ? page.at(-1)?.id : undefined,
        Prefix: encode(prefix),
        EncodingType: query.get('encoding-type'),
        MaxUploads: limit,
        IsTruncated: more,
        Upload: page.map((upload) => uploadFields(upload, encode)),
      },
    },
  };
}

const uploadFields = (upload: Upload, encode: (name: string) => string): XmlFields => ({
  UploadId: upload.id,
  Key: encode(upload.key),
  Initiated: isoSeconds(upload.initiatedMs),
  StorageClass: 'STANDARD',
  ChecksumAlgorithm: upload.checksum.algorithm,
  ChecksumType: upload.checksum.type,
});
