import type { DatabaseSync } from 'node:sqlite';
import { ACCOUNT, REGION } from '../service.ts';
import { ServiceError } from '../wire.ts';
import type { TargetInput } from './target-input.ts';

export interface Target extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

export interface Rule {
  readonly bus: string;
  readonly name: string;
  readonly pattern: string | undefined;
  readonly schedule: string | undefined;
  readonly enabled: boolean;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** When the schedule fires next; undefined without one, or when disabled. */
  readonly nextMs: number | undefined;
}

export interface Bus {
  readonly name: string;
  readonly description: string | undefined;
  readonly createdMs: number;
}

export const EVENTS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS buses (name TEXT PRIMARY KEY, description TEXT, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS rules (
    bus TEXT NOT NULL, name TEXT NOT NULL, pattern TEXT, schedule TEXT, enabled INTEGER NOT NULL,
    description TEXT, role_arn TEXT, next_ms INTEGER, PRIMARY KEY (bus, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS targets (
    bus TEXT NOT NULL, rule TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (bus, rule, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rule_arn TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL,
    event TEXT NOT NULL, retries INTEGER NOT NULL, first_ms INTEGER NOT NULL, next_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (next_ms, id);
`;

export function busArn(name: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`;
}

export function ruleArn(rule: { readonly bus: string; readonly name: string }): string {
  const path = rule.bus === 'default' ? rule.name : `${rule.bus}/${rule.name}`;
  return `arn:aws:events:${REGION}:${ACCOUNT}:rule/${path}`;
}

interface RuleRow {
  readonly bus: string;
  readonly name: string;
  readonly pattern: string | null;
  readonly schedule: string | null;
  readonly enabled: number;
  readonly description: string | null;
  readonly role_arn: string | null;
  readonly next_ms: number | null;
}

function ruleOf(row: RuleRow): Rule {
  return {
    bus: row.bus,
    name: row.name,
    pattern: row.pattern ?? undefined,
    schedule: row.schedule ?? undefined,
    enabled: row.enabled === 1,
    description: row.description ?? undefined,
    roleArn: row.role_arn ?? undefined,
    nextMs: row.next_ms ?? undefined,
  };
}

/** Buses, rules and targets; the bus `default` is always there. */
export function createRuleStore(database: DatabaseSync, nowMs: number) {
  database.prepare("INSERT OR IGNORE INTO buses VALUES ('default', NULL, ?)").run(nowMs);
  const oneRule = database.prepare('SELECT * FROM rules WHERE bus = ? AND name = ?');
  const oneBus = database.prepare('SELECT name, description, created_ms AS createdMs FROM buses WHERE name = ?');
  const putRule = database.prepare('INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const rulesOf = database.prepare('SELECT * FROM rules WHERE bus = ? ORDER BY name');
  const targetsOf = database.prepare('SELECT target FROM targets WHERE bus = ? AND rule = ? ORDER BY id');
  const scheduled = database.prepare('SELECT * FROM rules WHERE next_ms IS NOT NULL ORDER BY next_ms');

  return {
    findBus: (name: string) => oneBus.get(name) as Bus | undefined,
    putBus(bus: Bus): void {
      database.prepare('INSERT INTO buses VALUES (?, ?, ?)').run(bus.name, bus.description ?? null, bus.createdMs);
    },
    removeBus(name: string): void {
      database.prepare('DELETE FROM buses WHERE name = ?').run(name);
    },
    buses: (): Bus[] =>
      database
        .prepare('SELECT name, description, created_ms AS createdMs FROM buses ORDER BY name')
        .all() as unknown as Bus[],
    findRule(bus: string, name: string): Rule | undefined {
      const row = oneRule.get(bus, name) as RuleRow | undefined;
      return row && ruleOf(row);
    },
    /** Throws `ResourceNotFoundException`. */
    rule(bus: string, name: string): Rule {
      const row = oneRule.get(bus, name) as RuleRow | undefined;
      if (!row) throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
      return ruleOf(row);
    },
    putRule(rule: Rule): void {
      const optional = [rule.description, rule.roleArn, rule.nextMs].map((value) => value ?? null);
      putRule.run(rule.bus, rule.name, rule.pattern ?? null, rule.schedule ?? null, rule.enabled ? 1 : 0, ...optional);
    },
    removeRule(bus: string, name: string): void {
      database.prepare('DELETE FROM rules WHERE bus = ? AND name = ?').run(bus, name);
    },
    rules: (bus: string): Rule[] => (rulesOf.all(bus) as unknown as RuleRow[]).map(ruleOf),
    /** Rules with a schedule that is on, the next to fire first. */
    scheduledRules: (): Rule[] => (scheduled.all() as unknown as RuleRow[]).map(ruleOf),
    targets: (bus: string, rule: string): Target[] =>
      (targetsOf.all(bus, rule) as { target: string }[]).map((row) => JSON.parse(row.target) as Target),
    putTarget(bus: string, rule: string, target: Target): void {
      database
        .prepare('INSERT OR REPLACE INTO targets VALUES (?, ?, ?, ?)')
        .run(bus, rule, target.Id, JSON.stringify(target));
    },
    removeTarget(bus: string, rule: string, id: string): boolean {
      return (
        database.prepare('DELETE FROM targets WHERE bus = ? AND rule = ? AND id = ?').run(bus, rule, id).changes > 0
      );
    },
  };
}

export type RuleStore = ReturnType<typeof createRuleStore>;
