import { checksumHeaders, versionHeader } from './attributes.ts';
import { parseRange } from './byte-range.ts';
import { type Answer, type Call, quoted } from './call.ts';
import { isNotModified } from './conditions.ts';
import { Refusal } from './refusal.ts';
import { requireHeaderText } from './request.ts';
import { type Bucket, requireBucket } from './store.ts';
import { findVersion, latestVersion, type ObjectVersion } from './versions.ts';

export const OVERRIDES = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export function headObject(call: Call): Answer {
  const { status, headers } = describeObject(call);
  return { status, headers };
}

export function getObject(call: Call): Answer {
  const { status, headers, version, start, end } = describeObject(call);
  if (status === 304) return { status, headers };
  return { status, headers, stream: call.store.files.read(version.segments, start, end) };
}

function describeObject(call: Call) {
  const bucket = requireBucket(call.store, call.bucket);
  const version = requireVersion(call, bucket, call.key, call.query.get('versionId'));
  const shared = {
    etag: quoted(version.etag),
    'last-modified': new Date(version.modifiedMs).toUTCString(),
    ...versionHeader(bucket, version.versionId),
  };
  if (isNotModified(call.headers, version)) return { status: 304, headers: shared, version, start: 0, end: 0 };
  const range = parseRange(call.headers.get('range'), version.size);
  const { start, end } = range ?? { start: 0, end: version.size };
  // A checksum is of the whole object: clients would hold it against the part.
  const wantsChecksum = !range && call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers: Record<string, string> = {
    ...shared,
    ...version.attributes.headers,
    ...(wantsChecksum ? checksumHeaders(version.attributes) : {}),
    ...overrides(call),
    'accept-ranges': 'bytes',
    'content-length': String(end - start),
    ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${version.size}` } : {}),
  };
  return { status: range ? 206 : 200, headers, version, start, end };
}

function overrides(call: Call): Record<string, string> {
  const given = OVERRIDES.filter((name) => call.query.has(name));
  return Object.fromEntries(
    given.map((name) => [name.slice('response-'.length), requireHeaderText(name, call.query.get(name) ?? '')]),
  );
}

/**
 * The version that a read means. Throws `NoSuchKey` or `NoSuchVersion` (404), and `MethodNotAllowed` (405) for a delete
 * marker that is asked for by its id (S3 user guide, "Working with delete markers").
 */
export function requireVersion(call: Call, bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const version =
    versionId === undefined
      ? latestVersion(call.store, bucket.name, key)
      : findVersion(call.store, bucket.name, key, versionId);
  if (!version) throw missing(versionId, {});
  if (!version.deleteMarker) return version;
  const headers = { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version.versionId) };
  if (versionId === undefined) throw missing(undefined, headers);
  const message = 'The specified method is not allowed against this resource.';
  throw new Refusal('MethodNotAllowed', message, 405, { headers: { ...headers, allow: 'DELETE' } });
}

function missing(versionId: string | undefined, headers: Record<string, string>): Refusal {
  if (versionId === undefined) return new Refusal('NoSuchKey', 'The specified key does not exist.', 404, { headers });
  return new Refusal('NoSuchVersion', 'The specified version does not exist.', 404);
}
