import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../infra/settings.ts';
import { topology } from '../../infra/topology.ts';
import { flat, ofType, type Resource, repository, synthesised, type Template } from './support/synthesised.ts';

let tenant: Template;
let audit: Template;
beforeAll(() => {
  ({ tenant, audit } = synthesised());
});

/** Every service here is HIPAA eligible (reliability-security 1.7); another one needs a decision first. */
const eligible =
  /^AWS::(Backup|CDK|CloudTrail|CloudWatch|DynamoDB|EC2|Events|HealthLake|IAM|KMS|Lambda|Logs|S3|SNS|SQS|SecretsManager|StepFunctions)::/;

test('only services of the eligible list are used', () => {
  const types = [tenant, audit].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  expect(types.filter((type) => !eligible.test(type))).toEqual([]);
  expect(types.length).toBeGreaterThan(150);
  // CloudFormation takes 500 resources and 1 MB a template.
  for (const { Resources } of [tenant, audit]) {
    expect(Object.keys(Resources).length).toBeLessThan(500);
    expect(JSON.stringify(Resources, null, 1).length).toBeLessThan(1_000_000);
  }
});

describe('the network', () => {
  test('has no way out and an endpoint for each service that a task calls', () => {
    const none = ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EgressOnlyInternetGateway'];
    for (const type of none) expect(ofType(tenant, type)).toEqual([]);
    const services = ofType(tenant, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      flat(Properties.ServiceName).replace(/^.*\./, ''),
    );
    expect(services.sort()).toEqual([
      'comprehendmedical',
      'dynamodb',
      'healthlake',
      's3',
      'secretsmanager',
      'sqs',
      'states',
    ]);
  });

  test('lets only the functions reach the endpoints, on 443, and only for principals of this account', () => {
    for (const [, { Properties }] of ofType(tenant, 'AWS::EC2::VPCEndpoint')) {
      const [statement] = Properties.PolicyDocument.Statement;
      expect(statement.Condition.StringEquals['aws:PrincipalAccount']).toEqual({ Ref: 'AWS::AccountId' });
    }
    const rules = ofType(tenant, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties);
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' });
    expect(flat(rules[0].SourceSecurityGroupId)).toMatch(/^<NetworkFunctions\w+\.GroupId>$/);
  });

  test('has nothing in its default security group', () => {
    const groups = [
      ...ofType(tenant, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.VpcConfig.SecurityGroupIds),
      ...ofType(tenant, 'AWS::EC2::VPCEndpoint').flatMap(([, { Properties }]) => Properties.SecurityGroupIds ?? []),
    ];
    expect(groups.length).toBeGreaterThan(Object.keys(topology.functions).length);
    for (const group of groups.flat()) expect(flat(group)).toMatch(/^<Network(Functions|Endpoints)\w+\.GroupId>$/);
  });
});

test('every bucket refuses plain HTTP, TLS below 1.2 and public access', () => {
  const policies = [tenant, audit].flatMap((template) => ofType(template, 'AWS::S3::BucketPolicy'));
  expect(policies).toHaveLength(4);
  for (const [, { Properties }] of policies) {
    const text = JSON.stringify(
      Properties.PolicyDocument.Statement.filter((one: Resource & { Effect: string }) => one.Effect === 'Deny'),
    );
    expect(text).toContain('"aws:SecureTransport":"false"');
    expect(text).toContain('"s3:TlsVersion":1.2');
  }
  for (const [, { Properties }] of [tenant, audit].flatMap((template) => ofType(template, 'AWS::S3::Bucket'))) {
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
  }
});

test('what holds patient data, proof or the book stays when its stack goes', () => {
  const types = [
    'AWS::S3::Bucket',
    'AWS::DynamoDB::Table',
    'AWS::HealthLake::FHIRDatastore',
    'AWS::SQS::Queue',
    'AWS::Logs::LogGroup',
    'AWS::Lambda::Version',
  ];
  const kept = types.flatMap((type) => [...ofType(tenant, type), ...ofType(audit, type)]);
  expect(kept.length).toBeGreaterThan(30);
  expect(kept.filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'Retain')).toEqual([]);
});

describe('the audit stack', () => {
  test('keeps the trail for seven years under a lock that nobody lifts', () => {
    const locks = ofType(audit, 'AWS::S3::Bucket').flatMap(
      ([, { Properties }]) => Properties.ObjectLockConfiguration?.Rule.DefaultRetention ?? [],
    );
    expect(locks).toEqual([{ Mode: 'COMPLIANCE', Days: settings.auditRetentionDays }]);
    const [[, group]] = ofType(audit, 'AWS::Logs::LogGroup') as [readonly [string, Resource]];
    expect(group.Properties.RetentionInDays).toBe(2557);
  });

  test('records each object of the patient buckets and each call of a task, in every Region, validated', () => {
    const [[, trail]] = ofType(audit, 'AWS::CloudTrail::Trail') as [readonly [string, Resource]];
    expect(trail.Properties).toMatchObject({
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      IsLogging: true,
    });
    const arns = trail.Properties.AdvancedEventSelectors.flatMap(
      (selector: { FieldSelectors: { Field: string; StartsWith?: unknown[] }[] }) =>
        selector.FieldSelectors.filter(({ Field }) => Field === 'resources.ARN').flatMap(({ StartsWith }) =>
          (StartsWith ?? []).map(flat),
        ),
    );
    for (const { name } of Object.values(topology.buckets)) {
      expect(arns).toContain(`arn:<AWS::Partition>:s3:::${name}-<AWS::AccountId>-<AWS::Region>/`);
    }
    expect(arns).toContain('arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:tributary-');
  });
});

describe('alarms', () => {
  test('each ring, clear and say so when they cannot tell, and name their runbook', () => {
    const alarms = ofType(tenant, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    for (const alarm of alarms) {
      for (const actions of [alarm.AlarmActions, alarm.OKActions, alarm.InsufficientDataActions]) {
        expect(actions).toHaveLength(1);
      }
      expect(alarm.AlarmDescription).toMatch(/^Runbook: .{30}/);
    }
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      [
        'arrivals-stand-still',
        'batch-unbalanced',
        'events-undelivered',
        'function-errors',
        'function-throttles',
        'waiting-arrivals-failed',
        'waiting-dead-letters',
        'waiting-events-failed',
        ...Object.keys(topology.stateMachines).flatMap((machine) => [
          `${machine}-aborted`,
          `${machine}-failed`,
          `${machine}-timedout`,
        ]),
      ]
        .map((name) => `tributary-${name}`)
        .sort(),
    );
  });

  test('the balance has the words that both tasks throw', () => {
    for (const task of ['Seal', 'Close']) {
      const step = readFileSync(join(repository, 'tasks', task, 'step.ts'), 'utf8');
      expect(step).toMatch(/throw new \w+Error\('[^']*book does not balance/);
    }
  });

  test('the balance is read from the logs of the two tasks that check it', () => {
    const filters = ofType(tenant, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
    expect(filters.map(({ LogGroupName }) => flat(LogGroupName).replace(/Log\w+>$/, ''))).toEqual([
      '<TaskSeal',
      '<TaskClose',
    ]);
    for (const { FilterPattern, MetricTransformations } of filters) {
      expect(FilterPattern).toBe(
        '{ ($.errorMessage = "*book does not balance*") || ($.message.errorMessage = "*book does not balance*") }',
      );
      expect(MetricTransformations).toEqual([
        { MetricNamespace: 'Tributary', MetricName: 'BatchUnbalanced', MetricValue: '1' },
      ]);
    }
  });
});

test('the ledger is backed up under the audit key, by point in time and by plan', () => {
  const [[id, table]] = ofType(tenant, 'AWS::DynamoDB::Table') as [readonly [string, Resource]];
  expect(table.Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  expect(table.Properties.DeletionProtectionEnabled).toBe(true);
  const [[, vault]] = ofType(tenant, 'AWS::Backup::BackupVault') as [readonly [string, Resource]];
  expect(JSON.stringify(vault.Properties.EncryptionKeyArn)).toContain('Fn::ImportValue');
  const [[, selection]] = ofType(tenant, 'AWS::Backup::BackupSelection') as [readonly [string, Resource]];
  expect(JSON.stringify(selection.Properties.BackupSelection.Resources)).toContain(id);
});
