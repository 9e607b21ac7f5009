import { randomBytes } from 'node:crypto';
import type { Checksum } from './checksums.ts';
import type { Segment } from './object-files.ts';
import type { Bucket, Store } from './store.ts';

export interface ObjectAttributes {
  /** Headers that a GET gives back as they came: `content-*`, `x-amz-meta-*`, encryption. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum & { readonly type: 'FULL_OBJECT' | 'COMPOSITE' };
}

export interface ObjectDraft {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly attributes: ObjectAttributes;
  readonly segments: readonly Segment[];
}

export interface ObjectVersion extends ObjectDraft {
  /** Rises with every change; its hex form is the event's sequencer. */
  readonly sequence: number;
  /** `null` (the text) when it was put without versioning. */
  readonly versionId: string;
  readonly latest: boolean;
  readonly deleteMarker: boolean;
  readonly modifiedMs: number;
}

export const keyBytes = (key: string): Buffer => Buffer.from(key, 'utf8');
export const readKey = (stored: unknown): string => Buffer.from(stored as Uint8Array).toString('utf8');

export function readVersion(row: Record<string, unknown>): ObjectVersion {
  return {
    key: readKey(row['key']),
    size: Number(row['size']),
    etag: String(row['etag']),
    attributes: JSON.parse(String(row['attributes'])) as ObjectAttributes,
    segments: JSON.parse(String(row['segments'])) as Segment[],
    sequence: Number(row['sequence']),
    versionId: String(row['version_id']),
    latest: row['latest'] === 1,
    deleteMarker: row['marker'] === 1,
    modifiedMs: Number(row['modified']),
  };
}

/** The newest version, which may be a delete marker. */
export function latestVersion(store: Store, bucket: string, key: string): ObjectVersion | undefined {
  const sql = 'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1';
  const row = store.sql(sql).get(bucket, keyBytes(key));
  return row && readVersion(row);
}

export function findVersion(store: Store, bucket: string, key: string, id: string): ObjectVersion | undefined {
  const row = store
    .sql('SELECT * FROM versions WHERE bucket = ? AND key = ? AND version_id = ?')
    .get(bucket, keyBytes(key), id);
  return row && readVersion(row);
}

/** The sequence leads the id, so that a listing can go on behind a version that was deleted meanwhile. */
const makeVersionId = (sequence: number): string =>
  sequence.toString(36).padStart(8, '0') + randomBytes(18).toString('base64url');
export const sequenceOfVersionId = (id: string): number | undefined =>
  /^[\da-z]{8}[\w-]{24}$/.test(id) ? Number.parseInt(id.slice(0, 8), 36) : undefined;

export interface Change {
  readonly version: ObjectVersion;
  /** Files that no row names any more. */
  readonly dropped: readonly string[];
}

const MARKER = { size: 0, etag: '', attributes: { headers: {} }, segments: [] } as const;

/** Puts a version on top, inside the caller's transaction. Without versioning it takes the place of the one before. */
export function addVersion(store: Store, bucket: Bucket, draft: ObjectDraft, deleteMarker = false): Change {
  const sequence = store.nextSequence();
  const versionId = bucket.versioning === 'Enabled' ? makeVersionId(sequence) : 'null';
  const replaced = versionId === 'null' ? findVersion(store, bucket.name, draft.key, 'null') : undefined;
  if (replaced) store.sql('DELETE FROM versions WHERE sequence = ?').run(replaced.sequence);
  const key = keyBytes(draft.key);
  store.sql('UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1').run(bucket.name, key);
  const version = { ...draft, sequence, versionId, latest: true, deleteMarker, modifiedMs: store.now() };
  store
    .sql('INSERT INTO versions VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)')
    .run(
      sequence,
      bucket.name,
      key,
      versionId,
      deleteMarker ? 1 : 0,
      draft.size,
      draft.etag,
      version.modifiedMs,
      JSON.stringify(draft.attributes),
      JSON.stringify(draft.segments),
    );
  return { version, dropped: filesOf(replaced) };
}

export const addDeleteMarker = (store: Store, bucket: Bucket, key: string): Change =>
  addVersion(store, bucket, { ...MARKER, key }, true);

/** Removes one version for good, inside the caller's transaction; the next older one comes to the top. */
export function removeVersion(store: Store, bucket: Bucket, version: ObjectVersion): readonly string[] {
  store.sql('DELETE FROM versions WHERE sequence = ?').run(version.sequence);
  const key = keyBytes(version.key);
  store
    .sql(
      `UPDATE versions SET latest = 1
       WHERE sequence = (SELECT max(sequence) FROM versions WHERE bucket = ? AND key = ?)`,
    )
    .run(bucket.name, key);
  return filesOf(version);
}

const filesOf = (version: ObjectVersion | undefined): string[] => (version?.segments ?? []).map(({ file }) => file);
