import type { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { ACCOUNT, REGION } from '../service.ts';

type Callback<Value = unknown> = (error: Error | null, value?: Value) => void;
export type Action = (store: DynaliteStore, input: object, done: Callback) => void;
export interface Validation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: unknown;
}

/** An error of dynalite that is meant for the client. */
export interface Refusal extends Error {
  readonly statusCode: number;
  readonly body: object;
}

export const DYNAMODB_SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (space, key)
  ) STRICT, WITHOUT ROWID;
`;

/** DynamoDB's limit on an item, 400 KB. */
const MAX_ITEM_BYTES = 409_600;

interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  /** -1 or absent: no limit. */
  readonly limit?: number;
}

export interface TableRecord {
  TableStatus: string;
  readonly GlobalSecondaryIndexes?: { IndexName: string; IndexStatus: string }[];
  readonly LocalSecondaryIndexes?: { IndexName: string }[];
}

/** One keyed space, as dynalite's actions expect it: a sorted map with callbacks. */
interface Space {
  get(key: string, done: Callback): void;
  put(key: string, value: unknown, done: Callback): void;
  del(key: string, done: Callback): void;
  createKeyStream(range?: Range): Readable;
  createValueStream(range?: Range): Readable;
  /** Requests run one at a time, so that every lock is free. */
  lock(key: string, run: (release: (done: Callback) => Callback) => void): void;
  readonly awsAccountId: string;
  readonly awsRegion: string;
}

export interface DynaliteStore {
  readonly options: { readonly maxItemSize: number; readonly createTableMs: number; readonly deleteTableMs: number };
  readonly tableDb: Space;
  getItemDb(tableName: string): Space;
  getIndexDb(kind: string, tableName: string, indexName: string): Space;
  getTagDb(tableName: string): Space;
  deleteItemDb(tableName: string, done: Callback): void;
  deleteIndexDb(kind: string, tableName: string, indexName: string, done: Callback): void;
  deleteTagDb(tableName: string, done: Callback): void;
  getTable(name: string, checkStatus: boolean | Callback, done?: Callback): void;
}

const ROWS_AT_ONCE = 64;

/**
 * The store behind dynalite's actions, over SQLite instead of its own LevelDB: there an index entry and its item are
 * two writes, and a kill between them leaves an index that lies. Here one request is one transaction. `isOpen` tells
 * whether the request still runs; what an action writes later, from its timers, is dropped.
 */
export function createDynaliteStore(database: DatabaseSync, isOpen: () => boolean): DynaliteStore {
  const space = (name: string): Space => createSpace(database, name, isOpen);
  const tableDb = space('table');
  const empty = (name: string, done: Callback): void => {
    database.prepare('DELETE FROM entries WHERE space = ?').run(name);
    done(null);
  };
  const itemSpace = (tableName: string): string => `item~${tableName}`;
  const indexSpace = (kind: string, tableName: string, indexName: string): string =>
    `index-${kind.toLowerCase()}~${tableName}~${indexName}`;
  return {
    options: { maxItemSize: MAX_ITEM_BYTES, createTableMs: 0, deleteTableMs: 0 },
    tableDb,
    getItemDb: (tableName) => space(itemSpace(tableName)),
    getIndexDb: (kind, tableName, indexName) => space(indexSpace(kind, tableName, indexName)),
    getTagDb: (tableName) => space(`tag~${tableName}`),
    deleteItemDb: (tableName, done) => empty(itemSpace(tableName), done),
    deleteIndexDb: (kind, tableName, indexName, done) => empty(indexSpace(kind, tableName, indexName), done),
    deleteTagDb: (tableName, done) => empty(`tag~${tableName}`, done),
    getTable(name, checkStatus, done) {
      const answer = (typeof checkStatus === 'function' ? checkStatus : done) as Callback;
      tableDb.get(name, (_error, table) =>
        table === undefined ? answer(tableNotFound(name, checkStatus !== false)) : answer(null, table),
      );
    },
  };
}

function tableNotFound(name: string, isBrief: boolean): Refusal {
  const message = isBrief ? 'Requested resource not found' : `Requested resource not found: Table: ${name} not found`;
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message };
  return Object.assign(new Error('ResourceNotFoundException'), { statusCode: 400, body });
}

function createSpace(database: DatabaseSync, space: string, isOpen: () => boolean): Space {
  const write = (run: () => void, done: Callback): void => {
    if (isOpen()) run();
    done(null);
  };
  return {
    awsAccountId: ACCOUNT,
    awsRegion: REGION,
    get(key, done) {
      const row = database.prepare('SELECT value FROM entries WHERE space = ? AND key = ?').get(space, key);
      done(null, row === undefined ? undefined : JSON.parse((row as { value: string }).value));
    },
    put(key, value, done) {
      write(
        () =>
          void database
            .prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?)')
            .run(space, key, JSON.stringify(value)),
        done,
      );
    },
    del(key, done) {
      write(() => void database.prepare('DELETE FROM entries WHERE space = ? AND key = ?').run(space, key), done);
    },
    createKeyStream: (range = {}) => Readable.from(rows(database, space, range, ({ key }) => key)),
    createValueStream: (range = {}) =>
      Readable.from(rows(database, space, range, ({ value }) => JSON.parse(value) as unknown)),
    lock: (_key, run) => run((done) => done),
  };
}

interface Row {
  readonly key: string;
  readonly value: string;
}

/** Rows of a range in order, a few at a time, because a query stops reading where its page is full. */
function* rows<Result>(
  database: DatabaseSync,
  space: string,
  range: Range,
  read: (row: Row) => Result,
): Generator<Result> {
  let left = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
  let bounds = range;
  while (left > 0) {
    const batch = selectRows(database, space, bounds, Math.min(left, ROWS_AT_ONCE));
    for (const row of batch) yield read(row);
    const last = batch.at(-1);
    if (last === undefined || batch.length < ROWS_AT_ONCE) return;
    left -= batch.length;
    const { gt: _gt, gte: _gte, lt: _lt, lte: _lte, ...rest } = bounds;
    bounds = bounds.reverse ? { ...rest, ...lower(bounds), lt: last.key } : { ...rest, ...upper(bounds), gt: last.key };
  }
}

function lower({ gt, gte }: Range): Range {
  return { ...(gt === undefined ? {} : { gt }), ...(gte === undefined ? {} : { gte }) };
}

function upper({ lt, lte }: Range): Range {
  return { ...(lt === undefined ? {} : { lt }), ...(lte === undefined ? {} : { lte }) };
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function selectRows(database: DatabaseSync, space: string, range: Range, limit: number): Row[] {
  const bounds = (Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]).filter((name) => range[name] !== undefined);
  const where = ['space = ?', ...bounds.map((name) => `key ${COMPARISONS[name]} ?`)].join(' AND ');
  const order = range.reverse ? 'DESC' : 'ASC';
  const statement = database.prepare(`SELECT key, value FROM entries WHERE ${where} ORDER BY key ${order} LIMIT ?`);
  return statement.all(space, ...bounds.map((name) => range[name] as string), limit) as unknown as Row[];
}
