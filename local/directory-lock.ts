import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Keeps a second embedded cloud out of a state directory, which would sweep away files that the first is writing.
 * SQLite's file lock does it, because the operating system takes that one back when the process is killed.
 * Throws when another process holds the directory; the returned function gives it back.
 */
export function lockDirectory(directory: string): () => void {
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new Error('Another embedded cloud is using this state directory', { cause: error });
  }
  return () => database.close();
}
