import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction, openDatabase } from '../database.ts';
import { ObjectFiles } from './object-files.ts';
import { noSuchBucket } from './refusal.ts';

/** Keys are BLOBs: compared byte by byte, which is the order of UTF-8 that S3 lists in. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS sequence (value INTEGER NOT NULL) STRICT;
INSERT INTO sequence SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM sequence);
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY, created INTEGER NOT NULL, versioning TEXT, event_bridge INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS versions (
  sequence INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, version_id TEXT NOT NULL,
  latest INTEGER NOT NULL, marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, attributes TEXT NOT NULL, segments TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS versions_by_id ON versions (bucket, key, version_id);
CREATE INDEX IF NOT EXISTS versions_by_age ON versions (bucket, key, sequence);
CREATE INDEX IF NOT EXISTS versions_latest ON versions (bucket, key) WHERE latest = 1 AND marker = 0;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, initiated INTEGER NOT NULL,
  attributes TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
  modified INTEGER NOT NULL, file TEXT NOT NULL, checksum TEXT, PRIMARY KEY (upload, number)) STRICT;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;

export interface Store {
  readonly files: ObjectFiles;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A prepared statement, kept for the next use of the same text. */
  readonly sql: (text: string) => StatementSync;
  readonly transaction: <Result>(work: () => Result) => Result;
  /** A number higher than any before, also over restarts. */
  readonly nextSequence: () => number;
  readonly sweep: () => void;
  readonly close: () => void;
}

export function openStore(directory: string, now: () => number): Store {
  const database = openDatabase(directory, 's3', SCHEMA);
  const files = new ObjectFiles(join(directory, 's3', 'objects'));
  const sql = statementCache(database);
  return {
    files,
    now,
    sql,
    transaction: (work) => inTransaction(database, work),
    nextSequence: () => Number(sql('UPDATE sequence SET value = value + 1 RETURNING value').get()?.['value']),
    sweep: () => files.sweep(knownFiles(sql)),
    close: () => database.close(),
  };
}

function statementCache(database: DatabaseSync): Store['sql'] {
  const statements = new Map<string, StatementSync>();
  return (text) => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
}

function knownFiles(sql: Store['sql']): Set<string> {
  const rows = sql(
    `SELECT segment.value ->> 'file' AS file FROM versions, json_each(versions.segments) AS segment
     UNION ALL SELECT file FROM parts`,
  ).all();
  return new Set(rows.map((row) => String(row['file'])));
}

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** Undefined until versioning is first set. */
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
  readonly eventBridge: boolean;
}

export function readBucket(row: Record<string, unknown>): Bucket {
  return {
    name: String(row['name']),
    createdMs: Number(row['created']),
    versioning: (row['versioning'] ?? undefined) as Bucket['versioning'],
    eventBridge: row['event_bridge'] === 1,
  };
}

/** Throws `NoSuchBucket`. */
export function requireBucket(store: Store, name: string): Bucket {
  const row = store.sql('SELECT * FROM buckets WHERE name = ?').get(name);
  if (!row) throw noSuchBucket();
  return readBucket(row);
}
