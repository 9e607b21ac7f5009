import { DatabaseSync } from 'node:sqlite';
import { indexResource } from './index-resource.ts';

type Json = Record<string, unknown>;

/** A condition on the index, as SQL over resource rows `r`. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Where in an import a resource was read, so that a job that runs again after a kill applies no line twice. */
interface Origin {
  readonly job: string;
  /** Ordinal of the line over all files of the job. */
  readonly position: number;
}

/** The resources of one data store in a database file of its own; written by the import's thread, read by the service. */
export interface ResourceStore {
  read(type: string, id: string): Json | undefined;
  /** Rows in order of first arrival, after row `after`. */
  search(conditions: readonly Condition[], after: number, limit: number): { row: number; resource: Json }[];
  count(conditions: readonly Condition[]): number;
  /** Stores a resource as the next version of its id; the version that it has then. */
  upsert(resource: Json, origin: Origin, lastUpdated: string): number;
  begin(): void;
  commit(): void;
  close(): void;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 10000;
  CREATE TABLE IF NOT EXISTS resources (
    row INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL,
    content TEXT NOT NULL, job TEXT NOT NULL, position INTEGER NOT NULL, UNIQUE (type, id)) STRICT;
  CREATE TABLE IF NOT EXISTS tokens (row INTEGER NOT NULL, type TEXT NOT NULL, parameter TEXT NOT NULL, system TEXT NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS tokens_by_value ON tokens (type, parameter, value, system, row);
  CREATE INDEX IF NOT EXISTS tokens_by_row ON tokens (row);
  CREATE TABLE IF NOT EXISTS strings (row INTEGER NOT NULL, type TEXT NOT NULL, parameter TEXT NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS strings_by_value ON strings (type, parameter, value, row);
  CREATE INDEX IF NOT EXISTS strings_by_row ON strings (row);
  CREATE TABLE IF NOT EXISTS dates (row INTEGER NOT NULL, type TEXT NOT NULL, parameter TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS dates_by_low ON dates (type, parameter, low, high, row);
  CREATE INDEX IF NOT EXISTS dates_by_row ON dates (row);
`;

export function openResourceStore(file: string): ResourceStore {
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  const one = database.prepare('SELECT row, version, job, position, content FROM resources WHERE type = ? AND id = ?');
  const insert = database.prepare(
    'INSERT INTO resources (type, id, version, updated, content, job, position) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE resources SET version = ?, updated = ?, content = ?, job = ?, position = ? WHERE row = ?',
  );
  const clear = ['tokens', 'strings', 'dates'].map((table) => database.prepare(`DELETE FROM ${table} WHERE row = ?`));
  const add = {
    tokens: database.prepare('INSERT INTO tokens (row, type, parameter, system, value) VALUES (?, ?, ?, ?, ?)'),
    strings: database.prepare('INSERT INTO strings (row, type, parameter, value) VALUES (?, ?, ?, ?)'),
    dates: database.prepare('INSERT INTO dates (row, type, parameter, low, high) VALUES (?, ?, ?, ?, ?)'),
  };

  const index = (row: number | bigint, type: string, resource: Json) => {
    for (const entry of indexResource(resource)) {
      if (entry.table === 'tokens') add.tokens.run(row, type, entry.parameter, entry.system, entry.value);
      else if (entry.table === 'strings') add.strings.run(row, type, entry.parameter, entry.value);
      else add.dates.run(row, type, entry.parameter, entry.range.low, entry.range.high);
    }
  };
  const where = (conditions: readonly Condition[]) => conditions.map(({ sql }) => `(${sql})`).join(' AND ');
  const bound = (conditions: readonly Condition[]) => conditions.flatMap(({ values }) => values);

  return {
    read(type, id) {
      const row = one.get(type, id);
      return row ? (JSON.parse(String(row['content'])) as Json) : undefined;
    },
    search(conditions, after, limit) {
      const rows = database
        .prepare(
          `SELECT r.row, r.content FROM resources r WHERE ${where(conditions)} AND r.row > ? ORDER BY r.row LIMIT ?`,
        )
        .all(...bound(conditions), after, limit);
      return rows.map((found) => ({
        row: Number(found['row']),
        resource: JSON.parse(String(found['content'])) as Json,
      }));
    },
    count(conditions) {
      const found = database
        .prepare(`SELECT count(*) AS total FROM resources r WHERE ${where(conditions)}`)
        .get(...bound(conditions));
      return Number(found?.['total'] ?? 0);
    },
    upsert(resource, origin, lastUpdated) {
      const type = String(resource['resourceType']);
      const id = String(resource['id']);
      const old = one.get(type, id);
      if (old && old['job'] === origin.job && Number(old['position']) >= origin.position) return Number(old['version']);
      const version = Number(old?.['version'] ?? 0) + 1;
      const meta = { ...(resource['meta'] as Json | undefined), versionId: String(version), lastUpdated };
      const content = JSON.stringify({ ...resource, meta });
      const updated = Date.parse(lastUpdated);
      if (old) update.run(version, updated, content, origin.job, origin.position, Number(old['row']));
      const row = old
        ? Number(old['row'])
        : insert.run(type, id, version, updated, content, origin.job, origin.position).lastInsertRowid;
      if (old) for (const statement of clear) statement.run(row);
      index(row, type, resource);
      return version;
    },
    begin: () => database.exec('BEGIN IMMEDIATE'),
    commit: () => database.exec('COMMIT'),
    close: () => database.close(),
  };
}
