import { ACCOUNT, type Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { busName, page, refuseOthers, requireBus } from './bus-operations.ts';
import { readJson } from './json.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { PatternError } from './pattern-error.ts';
import { type Rule, type RuleStore, ruleArn } from './rule-store.ts';
import { parseRate } from './schedule.ts';

type Input = Readonly<Record<string, unknown>>;

const MAX_RULES = 300;
const PARAMETERS = [
  'Name',
  'EventPattern',
  'ScheduleExpression',
  'State',
  'Description',
  'RoleArn',
  'EventBusName',
  'Tags',
];

/** Throws `InvalidEventPatternException`. */
function requirePattern(source: unknown): Pattern {
  if (typeof source !== 'string' || source.length > 4096)
    throw invalidPattern('It must be text of at most 4096 characters');
  try {
    return compilePattern(source);
  } catch (error) {
    if (error instanceof PatternError) throw invalidPattern(error.message);
    throw error;
  }
}

function invalidPattern(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

/** Operations on rules, and TestEventPattern (EventBridge API reference). `changed` is called when a schedule may have. */
export function ruleOperations(rules: RuleStore, timers: Timers, changed: () => void) {
  const setEnabled = (input: Input, enabled: boolean) => {
    const rule = rules.rule(requireBus(rules, input['EventBusName']).name, String(input['Name']));
    rules.putRule({ ...rule, enabled, nextMs: nextTime(rule.schedule, enabled, timers.now()) });
    changed();
    return {};
  };

  return {
    PutRule(input: Input) {
      refuseOthers(input, PARAMETERS);
      const rule = readRule(rules, input, timers.now());
      rules.putRule(rule);
      changed();
      return { RuleArn: ruleArn(rule) };
    },
    DescribeRule(input: Input) {
      const rule = rules.rule(requireBus(rules, input['EventBusName']).name, String(input['Name']));
      return { ...wireRule(rule), CreatedBy: ACCOUNT };
    },
    ListRules(input: Input) {
      const prefix = String(input['NamePrefix'] ?? '');
      const all = rules
        .rules(requireBus(rules, input['EventBusName']).name)
        .filter((rule) => rule.name.startsWith(prefix));
      const { items, ...more } = page(input, all, (rule) => rule.name);
      return { Rules: items.map(wireRule), ...more };
    },
    ListRuleNamesByTarget(input: Input) {
      const bus = requireBus(rules, input['EventBusName']).name;
      const found = rules
        .rules(bus)
        .filter((rule) => rules.targets(bus, rule.name).some((target) => target.Arn === input['TargetArn']));
      const { items, ...more } = page(input, found, (rule) => rule.name);
      return { RuleNames: items.map((rule) => rule.name), ...more };
    },
    DeleteRule(input: Input) {
      const bus = busName(input['EventBusName']);
      const name = String(input['Name']);
      if (rules.targets(bus, name).length > 0)
        throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
      rules.removeRule(bus, name);
      changed();
      return {};
    },
    EnableRule: (input: Input) => setEnabled(input, true),
    DisableRule: (input: Input) => setEnabled(input, false),
    TestEventPattern(input: Input) {
      return { Result: requirePattern(input['EventPattern'])(readTestEvent(input['Event'])) };
    },
  };
}

function nextTime(schedule: string | undefined, enabled: boolean, nowMs: number): number | undefined {
  return schedule !== undefined && enabled ? nowMs + parseRate(schedule) : undefined;
}

function readRule(rules: RuleStore, input: Input, nowMs: number): Rule {
  const bus = requireBus(rules, input['EventBusName']).name;
  const name = String(input['Name'] ?? '');
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) throw new ServiceError('ValidationException', 'Rule name is not valid.');
  const pattern = (input['EventPattern'] || undefined) as string | undefined;
  const schedule = (input['ScheduleExpression'] || undefined) as string | undefined;
  if (pattern === undefined && schedule === undefined) {
    throw new ServiceError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (pattern !== undefined) requirePattern(pattern);
  if (schedule !== undefined && bus !== 'default') {
    throw new ServiceError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  const enabled = readState(input['State']);
  const present = rules.findRule(bus, name);
  if (!present && rules.rules(bus).length >= MAX_RULES)
    throw new ServiceError('LimitExceededException', 'The bus has as many rules as it may have.');
  // Putting the same schedule again must not put off its next time.
  const keeps = present?.schedule === schedule && present?.nextMs !== undefined && enabled;
  const nextMs = keeps ? present.nextMs : nextTime(schedule, enabled, nowMs);
  const [description, roleArn] = [input['Description'], input['RoleArn']] as (string | undefined)[];
  return { bus, name, pattern, schedule, enabled, description, roleArn, nextMs };
}

function readState(state: unknown): boolean {
  if (state === undefined || state === null || state === 'ENABLED') return true;
  if (state === 'DISABLED') return false;
  throw new ServiceError('ValidationException', 'This State of a rule is not implemented by the embedded cloud.');
}

function wireRule(rule: Rule) {
  return {
    Name: rule.name,
    Arn: ruleArn(rule),
    ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern }),
    ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
    EventBusName: rule.bus,
  };
}

const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

function readTestEvent(source: unknown): unknown {
  const event = readJson(String(source));
  const isComplete =
    typeof event === 'object' && event !== null && REQUIRED.every((name) => Object.hasOwn(event, name));
  if (!isComplete)
    throw new ServiceError('ValidationException', 'Parameter Event is not valid: it lacks a mandatory field.');
  return event;
}
