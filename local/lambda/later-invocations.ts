import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import type { CloudContext } from '../service.ts';
import type { Outcome } from './worker-messages.ts';

/** Waits before the second and the third attempt (Lambda developer guide, "invocation-async-error-handling"). */
const RETRY_MS = [60_000, 120_000];

interface LaterRow {
  readonly id: number;
  readonly name: string;
  readonly event: string;
  readonly attempts: number;
  readonly due: number;
}

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS later (id INTEGER PRIMARY KEY, name TEXT, event TEXT, attempts INTEGER, due REAL)';

/**
 * Asynchronous invocations (`InvocationType: Event`): kept before they are taken, tried up to three times, and taken
 * up again after a restart.
 */
export class LaterInvocations {
  readonly #database: DatabaseSync;
  readonly #timers: CloudContext['timers'];
  readonly #invoke: (name: string, event: string) => Promise<Outcome>;
  readonly #cancel = new Map<number, () => void>();
  #stopped = false;

  constructor(context: CloudContext, invoke: (name: string, event: string) => Promise<Outcome>) {
    this.#database = openDatabase(context.directory, 'lambda', SCHEMA);
    this.#timers = context.timers;
    this.#invoke = invoke;
  }

  add(name: string, event: string): void {
    const due = this.#timers.now();
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO later (name, event, attempts, due) VALUES (?, ?, 0, ?)')
      .run(name, event, due);
    this.#plan({ id: Number(lastInsertRowid), name, event, attempts: 0, due });
  }

  resume(): void {
    const rows = this.#database.prepare('SELECT * FROM later ORDER BY id').all() as unknown as LaterRow[];
    for (const row of rows) if (!this.#cancel.has(row.id)) this.#plan(row);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancel.values()) cancel();
    this.#database.close();
  }

  #plan(row: LaterRow): void {
    const delayMs = Math.max(0, row.due - this.#timers.now());
    this.#cancel.set(
      row.id,
      this.#timers.after(delayMs, () => void this.#attempt(row)),
    );
  }

  async #attempt(row: LaterRow): Promise<void> {
    const outcome = await this.#invoke(row.name, row.event);
    if (this.#stopped || 'stopped' in outcome) return;
    this.#cancel.delete(row.id);
    const wait = 'failure' in outcome ? RETRY_MS[row.attempts] : undefined;
    if (wait === undefined) {
      this.#database.prepare('DELETE FROM later WHERE id = ?').run(row.id);
      return;
    }
    const again = { ...row, attempts: row.attempts + 1, due: this.#timers.now() + wait };
    this.#database
      .prepare('UPDATE later SET attempts = ?, due = ? WHERE id = ?')
      .run(again.attempts, again.due, row.id);
    this.#plan(again);
  }
}
