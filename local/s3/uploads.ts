import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import { noSuchUpload } from './refusal.ts';
import type { Store } from './store.ts';
import { keyBytes, readKey } from './versions.ts';

/** What CreateMultipartUpload settled for the whole object. */
export interface UploadChecksum {
  readonly algorithm?: ChecksumAlgorithm;
  readonly type?: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: UploadChecksum;
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly file: string;
  readonly checksum?: Checksum;
}

export function readUpload(row: Record<string, unknown>): Upload {
  return {
    id: String(row['id']),
    key: readKey(row['key']),
    initiatedMs: Number(row['initiated']),
    headers: JSON.parse(String(row['attributes'])) as Record<string, string>,
    checksum: JSON.parse(String(row['checksum'])) as UploadChecksum,
  };
}

function readPart(row: Record<string, unknown>): Part {
  const checksum = row['checksum'];
  return {
    number: Number(row['number']),
    etag: String(row['etag']),
    size: Number(row['size']),
    modifiedMs: Number(row['modified']),
    file: String(row['file']),
    ...(typeof checksum === 'string' ? { checksum: JSON.parse(checksum) as Checksum } : {}),
  };
}

/** Throws `NoSuchUpload`, also when the id belongs to another object. */
export function requireUpload(store: Store, bucket: string, key: string, id: string): Upload {
  const row = store.sql('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?').get(id, bucket, keyBytes(key));
  if (!row) throw noSuchUpload();
  return readUpload(row);
}

export function saveUpload(store: Store, bucket: string, upload: Upload): void {
  const { id, key, initiatedMs, headers, checksum } = upload;
  const values = [id, bucket, keyBytes(key), initiatedMs, JSON.stringify(headers), JSON.stringify(checksum)];
  store
    .sql('INSERT INTO uploads (id, bucket, key, initiated, attributes, checksum) VALUES (?, ?, ?, ?, ?, ?)')
    .run(...values);
}

/** Up to `limit` parts in order of their numbers, from behind `after`. */
export const listParts = (store: Store, upload: string, after = 0, limit = 10_000): Part[] =>
  store
    .sql('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?')
    .all(upload, after, limit)
    .map(readPart);

/** Inside a transaction; returns the file that this part had before. */
export function savePart(store: Store, upload: string, part: Part): string[] {
  const before = store.sql('SELECT file FROM parts WHERE upload = ? AND number = ?').all(upload, part.number);
  const checksum = part.checksum ? JSON.stringify(part.checksum) : null;
  store
    .sql(
      'INSERT OR REPLACE INTO parts (upload, number, etag, size, modified, file, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(upload, part.number, part.etag, part.size, part.modifiedMs, part.file, checksum);
  return before.map((row) => String(row['file']));
}

/** Inside a transaction; returns the files of all its parts. */
export function dropUpload(store: Store, upload: string): string[] {
  const files = listParts(store, upload).map(({ file }) => file);
  store.sql('DELETE FROM parts WHERE upload = ?').run(upload);
  store.sql('DELETE FROM uploads WHERE id = ?').run(upload);
  return files;
}
