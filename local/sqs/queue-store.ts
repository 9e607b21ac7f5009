import type { DatabaseSync } from 'node:sqlite';
import { ACCOUNT, REGION } from '../service.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { sqsError } from './sqs-error.ts';

export interface Queue {
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export const SQS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL,
    attributes TEXT NOT NULL, tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
    attributes TEXT NOT NULL, system TEXT NOT NULL, sent_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0, receives_here INTEGER NOT NULL DEFAULT 0, first_receive_ms INTEGER,
    receipt TEXT, source_arn TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_ms, id);
`;

export function queueArn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
}

/** Name of one of our queues from its ARN; undefined for a queue of another account or region, or no ARN at all. */
export function queueNameOf(arn: string): string | undefined {
  const prefix = queueArn('');
  return arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
}

interface QueueRow {
  readonly name: string;
  readonly created_ms: number;
  readonly modified_ms: number;
  readonly attributes: string;
  readonly tags: string;
}

function queueOf(row: QueueRow): Queue {
  return {
    name: row.name,
    createdMs: row.created_ms,
    modifiedMs: row.modified_ms,
    attributes: JSON.parse(row.attributes) as QueueAttributes,
    tags: JSON.parse(row.tags) as Record<string, string>,
  };
}

/** The queues themselves. Everything is read from the database, so that nothing is stale after a kill. */
export function createQueueStore(database: DatabaseSync) {
  const select = database.prepare('SELECT * FROM queues WHERE name = ?');
  const put = database.prepare('INSERT OR REPLACE INTO queues VALUES (?, ?, ?, ?, ?)');
  const list = database.prepare(
    'SELECT name FROM queues WHERE substr(name, 1, length(?1)) = ?1 AND name > ?2 ORDER BY name LIMIT ?3',
  );
  const counts = database.prepare(`
    SELECT count(*) FILTER (WHERE visible_ms <= ?2) AS visible,
           count(*) FILTER (WHERE visible_ms > ?2 AND receipt IS NOT NULL) AS inFlight,
           count(*) FILTER (WHERE visible_ms > ?2 AND receipt IS NULL) AS delayed
    FROM messages WHERE queue = ?1`);

  const find = (name: string): Queue | undefined => {
    const row = select.get(name) as QueueRow | undefined;
    return row && queueOf(row);
  };
  return {
    find,
    /** Throws `QueueDoesNotExist`. */
    get(name: string): Queue {
      const queue = find(name);
      if (!queue) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
      return queue;
    },
    put(queue: Queue): void {
      put.run(
        queue.name,
        queue.createdMs,
        queue.modifiedMs,
        JSON.stringify(queue.attributes),
        JSON.stringify(queue.tags),
      );
    },
    remove(name: string): void {
      database.prepare('DELETE FROM messages WHERE queue = ?').run(name);
      database.prepare('DELETE FROM queues WHERE name = ?').run(name);
    },
    purge(name: string): void {
      database.prepare('DELETE FROM messages WHERE queue = ?').run(name);
    },
    names(prefix: string, after: string, limit: number): string[] {
      return (list.all(prefix, after, limit) as { name: string }[]).map((row) => row.name);
    },
    /** Names of the queues whose redrive policy points at `arn`. */
    sourcesOf(arn: string): string[] {
      const rows = database
        .prepare("SELECT name FROM queues WHERE json_extract(attributes, '$.RedrivePolicy') IS NOT NULL")
        .all();
      const policies = (rows as { name: string }[]).map((row) => ({
        name: row.name,
        policy: find(row.name)?.attributes['RedrivePolicy'],
      }));
      return policies
        .filter(
          ({ policy }) => policy && (JSON.parse(policy) as { deadLetterTargetArn: string }).deadLetterTargetArn === arn,
        )
        .map(({ name }) => name);
    },
    counts(name: string, nowMs: number): QueueCounts {
      return counts.get(name, nowMs) as unknown as QueueCounts;
    },
  };
}

export type QueueStore = ReturnType<typeof createQueueStore>;
