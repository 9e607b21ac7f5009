import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../database.ts';
import type { MessageAttributes } from './message-digest.ts';
import { redriveOf, secondsOf } from './queue-attributes.ts';
import { type Queue, queueArn, queueNameOf } from './queue-store.ts';
import { newReceipt, readReceipt } from './receipt.ts';
import { sqsError } from './sqs-error.ts';

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly system: MessageAttributes;
  readonly delaySeconds: number;
}

/** A message as it was just received. Counts and times are as after this receive. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly system: MessageAttributes;
  readonly sentMs: number;
  readonly firstReceiveMs: number;
  readonly receives: number;
  readonly sourceArn: string | undefined;
}

interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string;
  readonly system: string;
  readonly sent_ms: number;
  readonly visible_ms: number;
  readonly receives: number;
  readonly receives_here: number;
  readonly first_receive_ms: number | null;
  readonly receipt: string | null;
  readonly source_arn: string | null;
}

/** The messages of all queues. `onMoved` hears the names of dead-letter queues that got a message. */
export function createMessageStore(database: DatabaseSync, onMoved: (queueName: string) => void) {
  const insert = database.prepare(
    'INSERT INTO messages (queue, message_id, body, attributes, system, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const visible = database.prepare(
    'SELECT * FROM messages WHERE queue = ? AND visible_ms <= ? ORDER BY visible_ms, id LIMIT ?',
  );
  const next = database.prepare('SELECT min(visible_ms) AS visible_ms FROM messages WHERE queue = ?');
  const byId = database.prepare('SELECT * FROM messages WHERE id = ? AND queue = ?');
  const expire = database.prepare('DELETE FROM messages WHERE queue = ? AND sent_ms < ?');
  const mark = database.prepare(
    'UPDATE messages SET visible_ms = ?, receives = receives + 1, receives_here = receives_here + 1, first_receive_ms = ?, receipt = ? WHERE id = ?',
  );
  const move = database.prepare(
    'UPDATE messages SET queue = ?, visible_ms = ?, receives_here = 0, receipt = NULL, source_arn = ? WHERE id = ?',
  );
  const remove = database.prepare('DELETE FROM messages WHERE id = ?');
  const queueIsThere = database.prepare('SELECT 1 FROM queues WHERE name = ?');
  const show = database.prepare('UPDATE messages SET visible_ms = ? WHERE id = ?');
  const showTaken = database.prepare(
    'UPDATE messages SET visible_ms = ?1 WHERE queue = ?2 AND receipt IS NOT NULL AND visible_ms > ?1',
  );

  const dropExpired = (queue: Queue, nowMs: number): void => {
    expire.run(queue.name, nowMs - secondsOf(queue.attributes, 'MessageRetentionPeriod') * 1000);
  };

  /** A message that was delivered as often as its queue allows goes to the dead-letter queue instead. */
  const takeOne = (
    queue: Queue,
    row: MessageRow,
    nowMs: number,
    visibilitySeconds: number,
  ): ReceivedMessage | string => {
    const redrive = redriveOf(queue.attributes);
    const target = redrive && queueNameOf(redrive.deadLetterTargetArn);
    if (redrive && target !== undefined && row.receives_here >= redrive.maxReceiveCount && queueIsThere.get(target)) {
      move.run(target, nowMs, queueArn(queue.name), row.id);
      return target;
    }
    const receipt = newReceipt(row.id);
    const firstReceiveMs = row.first_receive_ms ?? nowMs;
    mark.run(nowMs + visibilitySeconds * 1000, firstReceiveMs, receipt, row.id);
    return received(row, receipt, firstReceiveMs);
  };

  const takeVisible = (queue: Queue, max: number, visibilitySeconds: number, nowMs: number, moved: Set<string>) => {
    const taken: ReceivedMessage[] = [];
    for (;;) {
      const rows = visible.all(queue.name, nowMs, max - taken.length) as unknown as MessageRow[];
      for (const row of rows) {
        const outcome = takeOne(queue, row, nowMs, visibilitySeconds);
        if (typeof outcome === 'string') moved.add(outcome);
        else taken.push(outcome);
      }
      // Messages taken for 0 seconds are still visible: a second look would take them twice.
      if (rows.length === 0 || taken.length === max || visibilitySeconds === 0) return taken;
    }
  };

  const rowOf = (queue: Queue, receiptHandle: string): MessageRow | undefined => {
    const id = readReceipt(receiptHandle);
    if (id === undefined) throw sqsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    const row = byId.get(id, queue.name) as MessageRow | undefined;
    return row?.receipt === receiptHandle ? row : undefined;
  };

  return {
    send(queue: Queue, message: NewMessage, nowMs: number): string {
      const messageId = randomUUID();
      const visibleMs = nowMs + message.delaySeconds * 1000;
      insert.run(
        queue.name,
        messageId,
        message.body,
        JSON.stringify(message.attributes),
        JSON.stringify(message.system),
        nowMs,
        visibleMs,
      );
      return messageId;
    },
    /** Up to `max` visible messages, each hidden for `visibilitySeconds` from now. */
    receive(queue: Queue, max: number, visibilitySeconds: number, nowMs: number): ReceivedMessage[] {
      const moved = new Set<string>();
      const taken = inTransaction(database, () => {
        dropExpired(queue, nowMs);
        return takeVisible(queue, max, visibilitySeconds, nowMs, moved);
      });
      for (const name of moved) onMoved(name);
      return taken;
    },
    /** A handle that is no longer the newest deletes nothing, and is no error (SQS API reference, DeleteMessage). */
    remove(queue: Queue, receiptHandle: string): void {
      const row = rowOf(queue, receiptHandle);
      if (row) remove.run(row.id);
    },
    /** Throws `MessageNotInflight` for a message that is visible again, `InvalidParameterValue` for one that is gone. */
    changeVisibility(queue: Queue, receiptHandle: string, seconds: number, nowMs: number): void {
      const row = rowOf(queue, receiptHandle);
      if (!row)
        throw sqsError(
          'InvalidParameterValue',
          'Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
        );
      if (row.visible_ms <= nowMs) throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
      show.run(nowMs + seconds * 1000, row.id);
    },
    /** Shows every message that somebody took and did not delete; what was sent with a delay stays hidden. */
    showTaken(queueName: string, nowMs: number): void {
      showTaken.run(nowMs, queueName);
    },
    /** When the earliest message of the queue is, was or will be visible. */
    nextVisibleMs(queueName: string): number | undefined {
      return (next.get(queueName) as { visible_ms: number | null }).visible_ms ?? undefined;
    },
    dropExpired,
  };
}

function received(row: MessageRow, receiptHandle: string, firstReceiveMs: number): ReceivedMessage {
  return {
    messageId: row.message_id,
    receiptHandle,
    body: row.body,
    attributes: JSON.parse(row.attributes) as MessageAttributes,
    system: JSON.parse(row.system) as MessageAttributes,
    sentMs: row.sent_ms,
    firstReceiveMs,
    receives: row.receives + 1,
    sourceArn: row.source_arn ?? undefined,
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;
