import { notImplemented, preconditionFailed, Refusal } from './refusal.ts';
import type { Headers } from './request.ts';
import type { ObjectVersion } from './versions.ts';

/**
 * Conditional writes (S3 user guide, "conditional requests"): `If-None-Match: *` and `If-Match`. To be called in the
 * transaction that writes. `current` is the newest version, a delete marker counting as none.
 */
export function requireWriteConditions(headers: Headers, current: ObjectVersion | undefined): void {
  const existing = current?.deleteMarker ? undefined : current;
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined && noneMatch !== '*') throw notImplemented('If-None-Match other than *');
  if (noneMatch === '*' && existing) throw preconditionFailed('If-None-Match');
  const match = headers.get('if-match');
  if (match === undefined) return;
  if (!existing) throw new Refusal('NoSuchKey', 'The specified key does not exist.', 404);
  if (!matches(match, existing.etag)) throw preconditionFailed('If-Match');
}

/**
 * Conditional reads, in the order of RFC 9110 section 13.2.2. `prefix` selects `x-amz-copy-source-` for a copy.
 * Throws `PreconditionFailed`; true when the client's copy is still good.
 */
export function isNotModified(headers: Headers, version: ObjectVersion, prefix = ''): boolean {
  const header = (name: string): string | undefined => headers.get(`${prefix}${name}`);
  const match = header('if-match');
  const noneMatch = header('if-none-match');
  if (match !== undefined) {
    if (!matches(match, version.etag)) throw preconditionFailed('If-Match');
  } else if (changedAfter(version, header('if-unmodified-since'))) throw preconditionFailed('If-Unmodified-Since');
  if (noneMatch !== undefined) return matches(noneMatch, version.etag);
  const since = header('if-modified-since');
  return parseTime(since) !== undefined && !changedAfter(version, since);
}

const matches = (header: string, etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^"|"$/g, '') === etag);

function changedAfter(version: ObjectVersion, since: string | undefined): boolean {
  const time = parseTime(since);
  return time !== undefined && Math.floor(version.modifiedMs / 1000) * 1000 > time;
}

/** A date that cannot be read counts as not sent (RFC 9110 section 13.1.3). */
function parseTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
