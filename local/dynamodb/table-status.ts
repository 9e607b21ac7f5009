import type { DatabaseSync } from 'node:sqlite';
import type { TableRecord } from './dynalite-store.ts';

/** Makes a created table usable at once. dynalite does it by a timer, and a kill before it would leave `CREATING` for ever. */
export function activateTable(database: DatabaseSync, tableName: string): void {
  const row = database.prepare("SELECT value FROM entries WHERE space = 'table' AND key = ?").get(tableName) as {
    value: string;
  };
  const table = JSON.parse(row.value) as TableRecord;
  table.TableStatus = 'ACTIVE';
  for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
  database
    .prepare("UPDATE entries SET value = ? WHERE space = 'table' AND key = ?")
    .run(JSON.stringify(table), tableName);
}

/** Ends a deletion at once; items and indexes are gone already. */
export function forgetTable(database: DatabaseSync, tableName: string): void {
  database.prepare("DELETE FROM entries WHERE space = 'table' AND key = ?").run(tableName);
}
