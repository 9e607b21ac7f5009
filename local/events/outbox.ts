import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../database.ts';
import type { Envelope } from './envelope.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { type Rule, type RuleStore, ruleArn, type Target } from './rule-store.ts';
import { targetText } from './target-input.ts';

/** An event on its way to one target. */
export interface Delivery {
  readonly id: number;
  readonly ruleArn: string;
  readonly target: Target;
  /** What the target receives. */
  readonly body: string;
  /** The event itself, as a dead-letter queue receives it. */
  readonly event: string;
  readonly retries: number;
  readonly firstMs: number;
}

interface DeliveryRow extends Omit<Delivery, 'target'> {
  readonly target: string;
}

/** Events matched with their rules and kept, one row per target, until each is delivered or given up. */
export function createOutbox(database: DatabaseSync, rules: RuleStore) {
  const insert = database.prepare(
    'INSERT INTO deliveries (rule_arn, target, body, event, retries, first_ms, next_ms) VALUES (?, ?, ?, ?, 0, ?, ?)',
  );
  const due = database.prepare(
    'SELECT id, rule_arn AS ruleArn, target, body, event, retries, first_ms AS firstMs FROM deliveries WHERE next_ms <= ? ORDER BY next_ms, id LIMIT ?',
  );
  const next = database.prepare('SELECT min(next_ms) AS nextMs FROM deliveries');
  const remove = database.prepare('DELETE FROM deliveries WHERE id = ?');
  const again = database.prepare('UPDATE deliveries SET retries = retries + 1, next_ms = ? WHERE id = ?');
  const compiled = new Map<string, Pattern>();

  const patternOf = (source: string): Pattern => {
    const known = compiled.get(source) ?? compilePattern(source);
    compiled.set(source, known);
    return known;
  };
  const keep = (rule: Rule, event: Envelope, nowMs: number): void => {
    const arn = ruleArn(rule);
    const text = JSON.stringify(event);
    for (const target of rules.targets(rule.bus, rule.name)) {
      insert.run(arn, JSON.stringify(target), targetText(target, event, { name: rule.name, arn }), text, nowMs, nowMs);
    }
  };

  return {
    /** Keeps an event for every target of every rule that matches; an event that no rule wants is gone. */
    accept(events: readonly { readonly bus: string; readonly event: Envelope }[], nowMs: number): void {
      inTransaction(database, () => {
        for (const { bus, event } of events) {
          const matching = rules
            .rules(bus)
            .filter((rule) => rule.enabled && rule.pattern !== undefined && patternOf(rule.pattern)(event));
          for (const rule of matching) keep(rule, event, nowMs);
        }
      });
    },
    /** Keeps a scheduled event for its own rule, and the rule's next time with it. */
    acceptScheduled(rule: Rule, event: Envelope, nowMs: number): void {
      inTransaction(database, () => {
        rules.putRule(rule);
        keep(rule, event, nowMs);
      });
    },
    due: (nowMs: number, limit: number): Delivery[] =>
      (due.all(nowMs, limit) as unknown as DeliveryRow[]).map((row) => ({
        ...row,
        target: JSON.parse(row.target) as Target,
      })),
    nextMs: (): number | undefined => (next.get() as { nextMs: number | null }).nextMs ?? undefined,
    done: (id: number): void => void remove.run(id),
    postpone: (id: number, untilMs: number): void => void again.run(untilMs, id),
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
