import { beforeAll, describe, expect, test } from 'vitest';
import { asList, flat, ofType, type Resource, synthesised, type Template } from './support/synthesised.ts';

let tenant: Template;
let audit: Template;
beforeAll(() => {
  ({ tenant, audit } = synthesised());
});

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Statements of the one customer key of a template that let a service in. */
function statementsFor(template: Template, service: string): readonly Statement[] {
  const keys = ofType(template, 'AWS::KMS::Key');
  expect(keys).toHaveLength(1);
  const statements = keys.flatMap(([, { Properties }]) => Properties.KeyPolicy.Statement as Statement[]);
  return statements.filter(({ Principal }) => serviceOf(Principal) === service);
}

const serviceOf = (principal: unknown): string | undefined =>
  typeof principal === 'object' && principal !== null && 'Service' in principal ? flat(principal.Service) : undefined;

const conditionText = (statement: Statement): string => flat(JSON.parse(JSON.stringify(statement.Condition ?? {})));

/** Values of one condition key, flattened, whatever the operator. */
const valuesOf = (statement: Statement, key: string): readonly string[] =>
  Object.values(statement.Condition ?? {}).flatMap((operator) =>
    key in operator ? asList(operator[key]).map(flat) : [],
  );

const matches = (pattern: string, arn: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(arn);

/** ARN of a rule as EventBridge gives it in `aws:SourceArn`. */
function ruleArnOf({ Properties }: Resource): string {
  const bus = Properties.EventBusName === 'default' ? '' : 'tributary-engine/';
  return `arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/${bus}${Properties.Name}`;
}

describe('the tenant key lets in, with a source condition,', () => {
  test('EventBridge for every rule, whose targets and dead-letter queue are encrypted under it', () => {
    const [statement, ...more] = statementsFor(tenant, 'events.amazonaws.com');
    expect(more).toEqual([]);
    const sources = valuesOf(statement!, 'aws:SourceArn');
    const rules = ofType(tenant, 'AWS::Events::Rule');
    expect(rules.length).toBeGreaterThan(0);
    for (const [, rule] of rules) {
      expect(rule.Properties.Targets[0].DeadLetterConfig.Arn).toBeDefined();
      expect(sources.some((pattern) => matches(pattern, ruleArnOf(rule)))).toBe(true);
    }
    expect(asList(statement!.Action)).toEqual(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey']);
  });

  test('the engine bus, whose events are encrypted under it', () => {
    const [statement] = statementsFor(tenant, 'events.amazonaws.com');
    const sources = valuesOf(statement!, 'aws:SourceArn');
    expect(sources).toContain('arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/tributary-engine');
  });

  test('CloudWatch for every alarm, whose topic is encrypted under it', () => {
    const [statement] = statementsFor(tenant, 'cloudwatch.amazonaws.com');
    const [pattern] = valuesOf(statement!, 'aws:SourceArn');
    const alarms = ofType(tenant, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const [, { Properties }] of alarms) {
      const arn = `arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:${Properties.AlarmName}`;
      expect(matches(pattern!, arn)).toBe(true);
    }
  });

  test('Step Functions log delivery', () => {
    const [statement] = statementsFor(tenant, 'delivery.logs.amazonaws.com');
    expect(valuesOf(statement!, 'kms:EncryptionContext:SourceArn')).toEqual([
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*',
    ]);
  });
});

describe('each key', () => {
  test('lets CloudWatch Logs in for every log group under it, and for no other', () => {
    for (const template of [tenant, audit]) {
      const [statement] = statementsFor(template, 'logs.<AWS::Region>.amazonaws.com');
      const patterns = valuesOf(statement!, 'kms:EncryptionContext:aws:logs:arn');
      const groups = ofType(template, 'AWS::Logs::LogGroup');
      expect(groups.length).toBeGreaterThan(0);
      for (const [, { Properties }] of groups) {
        const arn = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${Properties.LogGroupName}`;
        expect(patterns.some((pattern) => matches(pattern, arn))).toBe(true);
        expect(flat(Properties.KmsKeyId)).toMatch(/^<.*Key.*\.Arn>$/);
      }
    }
  });

  test('names a source or an encryption context wherever it lets a service in', () => {
    const all = [tenant, audit].flatMap((template) =>
      ofType(template, 'AWS::KMS::Key').flatMap(([, { Properties }]) => Properties.KeyPolicy.Statement as Statement[]),
    );
    const services = all.filter(({ Principal }) => serviceOf(Principal) !== undefined);
    expect(services.length).toBeGreaterThanOrEqual(6);
    for (const statement of services) {
      expect(conditionText(statement)).toMatch(/aws:SourceArn|kms:EncryptionContext:/);
    }
  });

  test('rotates, stays when its stack goes and can be saved for 30 days', () => {
    for (const [, key] of [...ofType(tenant, 'AWS::KMS::Key'), ...ofType(audit, 'AWS::KMS::Key')]) {
      expect(key.Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
      expect(key.DeletionPolicy).toBe('Retain');
    }
  });
});

test('the audit key lets the trail in by its ARN', () => {
  const [statement] = statementsFor(audit, 'cloudtrail.amazonaws.com');
  expect(valuesOf(statement!, 'aws:SourceArn')).toEqual([
    'arn:<AWS::Partition>:cloudtrail:<AWS::Region>:<AWS::AccountId>:trail/tributary-trail',
  ]);
  expect(ofType(audit, 'AWS::CloudTrail::Trail').map(([, { Properties }]) => Properties.TrailName)).toEqual([
    'tributary-trail',
  ]);
});

test('alarms may publish to the encrypted topic, and rules may send to each queue they name', () => {
  const [[, topicPolicy]] = ofType(tenant, 'AWS::SNS::TopicPolicy') as [readonly [string, Resource]];
  const publish = (topicPolicy.Properties.PolicyDocument.Statement as Statement[]).filter(
    ({ Principal, Effect }) => Effect === 'Allow' && serviceOf(Principal) === 'cloudwatch.amazonaws.com',
  );
  expect(publish.map(({ Action }) => Action)).toEqual(['sns:Publish']);
  for (const [, rule] of ofType(tenant, 'AWS::Events::Rule')) {
    const [target] = rule.Properties.Targets;
    const queues = [target.DeadLetterConfig.Arn, ...(flat(target.Arn).startsWith('<Queue') ? [target.Arn] : [])];
    for (const queue of queues) expect(mayReceive(queue)).toContain(ruleArnOf(rule));
  }
});

/** Sources from which EventBridge may send to a queue, by the queue's policy. */
function mayReceive(queueArn: unknown): readonly string[] {
  const statements = ofType(tenant, 'AWS::SQS::QueuePolicy').flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement as (Statement & { Resource: unknown })[],
  );
  const letIn = statements.filter(
    ({ Effect, Principal, Resource: on }) =>
      Effect === 'Allow' && serviceOf(Principal) === 'events.amazonaws.com' && flat(on) === flat(queueArn),
  );
  return letIn.flatMap((statement) => valuesOf(statement, 'aws:SourceArn'));
}
