import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../infra/settings.ts';
import { type FunctionName, type StateMachineName, type TaskEnvironment, topology } from '../../infra/topology.ts';
import { flat, ofType, type Resource, repository, synthesised, type Template } from './support/synthesised.ts';

let tenant: Template;
beforeAll(() => {
  ({ tenant } = synthesised());
});

const named = (type: string, property: string, name: string): readonly [string, Resource] => {
  const found = ofType(tenant, type).filter(([, { Properties }]) => flat(Properties[property]) === name);
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]!;
};

const bucketNamed = (name: string): Resource =>
  named('AWS::S3::Bucket', 'BucketName', `${name}-<AWS::AccountId>-<AWS::Region>`)[1];

describe('every entry of the topology is deployed:', () => {
  test.each(Object.values(topology.buckets))('bucket $name', ({ name, versioned, eventBridge, ...more }) => {
    const { Properties } = bucketNamed(name);
    expect(Properties.VersioningConfiguration?.Status).toBe(versioned ? 'Enabled' : undefined);
    expect(Properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled).toBe(
      eventBridge ? true : undefined,
    );
    const days = 'lockDays' in more ? more.lockDays : undefined;
    const lock = Properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
    expect(lock).toEqual(days === undefined ? undefined : { Mode: 'GOVERNANCE', Days: days });
    const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(flat(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toMatch(/^<TenantKey/);
  });

  test.each(Object.values(topology.queues))('queue $name', ({ name, visibilitySeconds, retentionDays, ...more }) => {
    const [, { Properties }] = named('AWS::SQS::Queue', 'QueueName', name);
    expect(Properties).toMatchObject({
      VisibilityTimeout: visibilitySeconds,
      MessageRetentionPeriod: retentionDays * 86_400,
    });
    if (!('deadLetter' in more)) return expect(Properties.RedrivePolicy).toBeUndefined();
    const [deadLetterId] = named('AWS::SQS::Queue', 'QueueName', topology.queues[more.deadLetter].name);
    expect(flat(Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`<${deadLetterId}.Arn>`);
    expect(Properties.RedrivePolicy.maxReceiveCount).toBe(more.maxReceiveCount);
  });

  test.each(Object.values(topology.rules))('rule $name', (rule) => {
    const [, { Properties }] = named('AWS::Events::Rule', 'Name', rule.name);
    const [target] = Properties.Targets;
    if ('schedule' in rule) expect(Properties.ScheduleExpression).toBe(rule.schedule);
    else expect(deployedText(Properties.EventPattern)).toBe(JSON.stringify(rule.pattern));
    if ('queue' in rule) {
      const [id] = named('AWS::SQS::Queue', 'QueueName', topology.queues[rule.queue].name);
      expect(flat(target.Arn)).toBe(`<${id}.Arn>`);
    } else {
      expect(versionedFunction(target.Arn)).toBe(rule.function);
    }
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  });

  test('bus, ledger and secret', () => {
    named('AWS::Events::EventBus', 'Name', topology.buses.engine.name);
    named('AWS::SecretsManager::Secret', 'Name', topology.secrets.tenantKey.name);
    const { name, partitionKey, sortKey, index } = topology.table.ledger;
    const [, { Properties }] = named('AWS::DynamoDB::Table', 'TableName', name);
    expect(Properties.KeySchema).toEqual(keySchema(partitionKey, sortKey));
    expect(Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
    expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  test.each(Object.keys(topology.functions) as FunctionName[])('function %s', (name) => {
    const [, { Properties }] = named('AWS::Lambda::Function', 'FunctionName', `tributary-${name}`);
    const { timeoutSeconds, memoryMb } = topology.functions[name];
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: timeoutSeconds,
      MemorySize: memoryMb,
      ReservedConcurrentExecutions: settings.concurrency[name],
      TracingConfig: { Mode: 'Active' },
    });
    expect(Properties.VpcConfig.SubnetIds).toHaveLength(2);
    expect(Object.keys(Properties.Environment.Variables).sort()).toEqual(environmentNames);
  });

  test('nothing runs that is not in it: no function is there but its own', () => {
    expect(ofType(tenant, 'AWS::Lambda::Function')).toHaveLength(Object.keys(topology.functions).length);
  });
});

const environmentNames = Object.keys({
  DEAD_LETTER_QUEUE_URL: '',
  INBOX_BUCKET: '',
  LEDGER_TABLE: '',
  NODE_OPTIONS: '',
  STATE_MACHINE_ARN_PREFIX: '',
  TENANTS: '',
  TENANT_SECRET_ID: '',
  WORK_BUCKET: '',
} satisfies Record<keyof TaskEnvironment | 'NODE_OPTIONS', string>);

const keySchema = (partitionKey: string, sortKey: string) => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
];

/** A deployed event pattern as the topology writes it: a bucket's name joined with account and Region cut back. */
function deployedText(pattern: unknown): string {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    if ('Fn::Join' in value) return flat(value).replace('-<AWS::AccountId>-<AWS::Region>', '');
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  };
  return JSON.stringify(plain(pattern));
}

/** Name of the function whose published version a reference means. */
function versionedFunction(reference: unknown): string {
  const version = tenant.Resources[flat(reference).replace(/^<|>$/g, '')];
  expect(version?.Type).toBe('AWS::Lambda::Version');
  const id = flat(version?.Properties.FunctionName).replace(/^<|>$/g, '');
  return String(tenant.Resources[id]?.Properties.FunctionName).replace('tributary-', '');
}

describe.each(Object.keys(topology.stateMachines) as StateMachineName[])('the state machine %s', (machine) => {
  const resource = (): Resource =>
    named('AWS::StepFunctions::StateMachine', 'StateMachineName', `tributary-${machine}`)[1];

  test('is deployed from its file, unchanged', () => {
    const file = readFileSync(join(repository, topology.stateMachines[machine].file), 'utf8');
    expect(resource().Properties.DefinitionString).toBe(file);
  });

  test('gets exactly the substitutions that the file names, functions by version', () => {
    const { DefinitionString, DefinitionSubstitutions } = resource().Properties;
    const names = new Set([...String(DefinitionString).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]));
    expect(Object.keys(DefinitionSubstitutions).sort()).toEqual([...names].sort());
    const functions = topology.stateMachines[machine].functions;
    for (const name of functions) {
      expect(versionedFunction(DefinitionSubstitutions[`${name}Function`])).toBe(name);
    }
    expect(functions.length).toBeGreaterThan(0);
  });

  test('logs no execution data, is traced and encrypted', () => {
    const { LoggingConfiguration, TracingConfiguration, EncryptionConfiguration } = resource().Properties;
    expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' });
    expect(TracingConfiguration).toEqual({ Enabled: true });
    expect(EncryptionConfiguration.Type).toBe('CUSTOMER_MANAGED_KMS_KEY');
  });

  test('ends by itself within the hours of the topology', () => {
    const { TimeoutSeconds } = JSON.parse(resource().Properties.DefinitionString);
    expect(TimeoutSeconds).toBe(topology.stateMachines[machine].timeoutHours * 3600);
  });
});

test('Admit is called by the arrivals queue, by version, and answers message by message', () => {
  const [[, mapping], ...more] = ofType(tenant, 'AWS::Lambda::EventSourceMapping') as [readonly [string, Resource]];
  expect(more).toEqual([]);
  expect(mapping.Properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  const [id] = named('AWS::Lambda::Function', 'FunctionName', 'tributary-Admit');
  expect(flat(mapping.Properties.FunctionName)).toMatch(
    new RegExp(`^<${id}>:<${id.slice(0, -8)}CurrentVersion\\w+\\.Version>$`),
  );
  const { visibilitySeconds } = topology.queues.arrivals;
  expect(visibilitySeconds).toBeGreaterThanOrEqual(6 * topology.functions.Admit.timeoutSeconds);
});

test('the environment names the tenant with its data store, role and key', () => {
  const [, { Properties }] = named('AWS::Lambda::Function', 'FunctionName', 'tributary-Claim');
  const tenants = flat(Properties.Environment.Variables.TENANTS);
  expect(JSON.parse(tenants)).toEqual({
    [settings.tenant]: {
      datastoreId: expect.stringMatching(/^<DataStore\w+\.DatastoreId>$/),
      dataAccessRoleArn: expect.stringMatching(/^<DataStoreImportRole\w+\.Arn>$/),
      kmsKeyId: expect.stringMatching(/^<TenantKey\w+\.Arn>$/),
    },
  });
});
