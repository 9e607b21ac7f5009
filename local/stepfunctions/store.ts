import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { inTransaction, openDatabase } from '../database.ts';

export type ExecutionStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface MachineRow {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly role: string;
  readonly created: number;
  readonly revision: string;
}

export interface ExecutionRow {
  readonly arn: string;
  readonly name: string;
  readonly machine: string;
  readonly role: string;
  /** SHA-256 of the definition it started with; an update of the machine does not touch it. */
  readonly definition: string;
  /** JSON pointer of its states in that definition: empty, or a Distributed Map's `ItemProcessor`. */
  readonly scope: string;
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly started: number;
  readonly stopped: number | null;
  readonly mapRun: string | null;
  readonly mapIndex: number | null;
  /** Items in its batch, for a child of a Map Run. */
  readonly items: number | null;
}

export interface MapRunRow {
  readonly arn: string;
  readonly execution: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly started: number;
  readonly stopped: number | null;
  readonly maxConcurrency: number;
  readonly toleratedPercentage: number;
  readonly toleratedCount: number;
  readonly resultsWritten: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS machines (arn TEXT PRIMARY KEY, name TEXT, definition TEXT, role TEXT, created REAL, revision TEXT);
CREATE TABLE IF NOT EXISTS definitions (hash TEXT PRIMARY KEY, text TEXT);
CREATE TABLE IF NOT EXISTS executions (
  arn TEXT PRIMARY KEY, name TEXT, machine TEXT, role TEXT, definition TEXT, scope TEXT, status TEXT, input TEXT, output TEXT,
  error TEXT, cause TEXT, started REAL, stopped REAL, mapRun TEXT, mapIndex INTEGER, items INTEGER);
CREATE INDEX IF NOT EXISTS executionsByMachine ON executions (machine, started);
CREATE INDEX IF NOT EXISTS executionsByMapRun ON executions (mapRun, mapIndex);
CREATE INDEX IF NOT EXISTS executionsByStatus ON executions (status) WHERE status = 'RUNNING';
CREATE TABLE IF NOT EXISTS frames (execution TEXT, path TEXT, content TEXT, PRIMARY KEY (execution, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (execution TEXT, id INTEGER, content TEXT, PRIMARY KEY (execution, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mapRuns (
  arn TEXT PRIMARY KEY, execution TEXT, status TEXT, started REAL, stopped REAL, maxConcurrency INTEGER,
  toleratedPercentage REAL, toleratedCount INTEGER, resultsWritten INTEGER);
CREATE INDEX IF NOT EXISTS mapRunsByExecution ON mapRuns (execution, started);
`;

export interface Store {
  /** Everything inside is kept together or not at all. */
  readonly together: <Result>(work: () => Result) => Result;
  readonly all: <Row>(sql: string, ...values: SQLInputValue[]) => Row[];
  readonly one: <Row>(sql: string, ...values: SQLInputValue[]) => Row | undefined;
  readonly run: (sql: string, ...values: SQLInputValue[]) => void;
  readonly insert: (table: 'machines' | 'executions' | 'mapRuns', row: object) => void;
  readonly close: () => void;
}

/** State of Step Functions on `node:sqlite`; every transition of an execution is one transaction. */
export function openStore(directory: string): Store {
  const database = openDatabase(directory, 'stepfunctions', SCHEMA);
  const statement = preparer(database);
  return {
    together: (work) => (database.isTransaction ? work() : inTransaction(database, work)),
    all: <Row>(sql: string, ...values: SQLInputValue[]) => statement(sql).all(...values) as Row[],
    one: <Row>(sql: string, ...values: SQLInputValue[]) => statement(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => void statement(sql).run(...values),
    insert(table, row) {
      const names = Object.keys(row);
      const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      statement(sql).run(...(Object.values(row) as SQLInputValue[]));
    },
    close: () => database.close(),
  };
}

function preparer(database: DatabaseSync) {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return (sql: string) => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
}
