import { beforeAll, describe, expect, test } from 'vitest';
import { type FunctionName, type StateMachineName, topology } from '../../infra/topology.ts';
import { asList, flat, ofType, type Resource, synthesised, type Template } from './support/synthesised.ts';

let tenant: Template;
let audit: Template;
beforeAll(() => {
  ({ tenant, audit } = synthesised());
});

const functionNames = Object.keys(topology.functions) as FunctionName[];
const machines = Object.keys(topology.stateMachines) as StateMachineName[];

const functionOf = (name: FunctionName): Resource => {
  const found = ofType(tenant, 'AWS::Lambda::Function').filter(
    ([, { Properties }]) => Properties.FunctionName === `tributary-${name}`,
  );
  expect(found).toHaveLength(1);
  return found[0]![1];
};

const roleOf = (reference: unknown): Resource => {
  const role = tenant.Resources[flat(reference).replace(/^<|\.Arn>$/g, '')];
  if (role === undefined) throw new Error(`No role ${flat(reference)}`);
  return role;
};

const policiesOf = (role: Resource): Resource[] =>
  asList(role.Properties.ManagedPolicyArns).map((reference) => {
    const policy = tenant.Resources[flat(reference).replace(/^<|>$/g, '')];
    if (policy === undefined) throw new Error(`Not a policy of ours: ${flat(reference)}`);
    return policy;
  });

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
}

const statementsOf = (policy: Resource): readonly Statement[] => policy.Properties.PolicyDocument.Statement;

/** `action on resource`, for every pair that a role's policies allow. */
const allowed = (role: Resource): string[] =>
  policiesOf(role)
    .flatMap(statementsOf)
    .flatMap(({ Action, Resource: on }) =>
      asList(Action).flatMap((action) => asList(on).map((resource) => `${action} on ${flat(resource)}`)),
    );

const grantOf = (policy: Resource): string | undefined =>
  /^Grant (.+)$/.exec(String(policy.Properties.Description ?? ''))?.[1];

describe.each(functionNames)('the role of %s', (name) => {
  test('has exactly the grants of its line in the topology', () => {
    const grants = policiesOf(roleOf(functionOf(name).Properties.Role)).flatMap((policy) => grantOf(policy) ?? []);
    expect(grants.sort()).toEqual([...topology.functions[name].grants].sort());
  });

  test('has besides them the runtime, its own log and the queues that call it or take its failed calls', () => {
    const others = policiesOf(roleOf(functionOf(name).Properties.Role)).filter(
      (policy) => grantOf(policy) === undefined,
    );
    const actions = others.flatMap(statementsOf).flatMap(({ Action }) => asList(Action).map(String));
    const queue = 'queue' in topology.functions[name];
    const events = name === 'Sweep';
    expect([...new Set(actions.filter((action) => !action.startsWith('ec2:')))].sort()).toEqual(
      [
        'kms:Decrypt',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
        ...(queue ? ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'] : []),
        ...(events ? ['kms:GenerateDataKey', 'sqs:SendMessage'] : []),
      ].sort(),
    );
  });

  test('stays within the ten managed policies that IAM attaches', () => {
    expect(policiesOf(roleOf(functionOf(name).Properties.Role)).length).toBeLessThanOrEqual(10);
  });
});

/** What each grant allows, besides the use of the tenant's key. */
const grants: Readonly<Record<string, readonly string[]>> = {
  'inbox:read': ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions'],
  'inbox:write': ['s3:AbortMultipartUpload', 's3:PutObject'],
  'work:read': ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions'],
  'work:write': ['s3:AbortMultipartUpload', 's3:PutObject'],
  ledger: [
    'dynamodb:BatchGetItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ],
  'deadLetters:send': ['sqs:SendMessage'],
  secret: ['secretsmanager:GetSecretValue'],
  comprehendmedical: [
    'comprehendmedical:DetectEntitiesV2',
    'comprehendmedical:InferICD10CM',
    'comprehendmedical:InferRxNorm',
    'comprehendmedical:InferSNOMEDCT',
  ],
  'start:ingest': ['states:StartExecution'],
  'start:enrich': ['states:StartExecution'],
  'start:import': ['states:StartExecution'],
  'describe:import': ['healthlake:ListFHIRImportJobs', 'states:DescribeExecution'],
  'describe:enrich': ['states:DescribeExecution'],
  'describe:executions': ['states:DescribeExecution'],
};

describe('a grant', () => {
  test.each(Object.entries(grants))('%s allows its actions and no other', (grant, expected) => {
    const policies = ofType(tenant, 'AWS::IAM::ManagedPolicy').filter(([, policy]) => grantOf(policy) === grant);
    expect(policies).toHaveLength(1);
    const actions = statementsOf(policies[0]![1]).flatMap(({ Action }) => asList(Action).map(String));
    expect([...new Set(actions.filter((action) => !action.startsWith('kms:')))].sort()).toEqual(expected);
  });

  test('of one bucket, machine or queue names that one', () => {
    const named = (grant: string): string =>
      ofType(tenant, 'AWS::IAM::ManagedPolicy')
        .filter(([, policy]) => grantOf(policy) === grant)
        .flatMap(([, policy]) => statementsOf(policy).flatMap(({ Resource: on }) => asList(on).map(flat)))
        .filter((arn) => !arn.includes('TenantKey'))
        .join(' ');
    expect(named('inbox:read')).toMatch(/^<Inbox\w+\.Arn>\/\* <Inbox\w+\.Arn>$/);
    expect(named('work:write')).toMatch(/^<Work\w+\.Arn>\/\*$/);
    expect(named('start:import')).toMatch(/:stateMachine:tributary-import$/);
    expect(named('describe:import')).toMatch(/:execution:tributary-import:\* <DataStore\w+\.DatastoreArn>$/);
    expect(named('describe:enrich')).toMatch(/:execution:tributary-enrich:\*$/);
    expect(named('deadLetters:send')).toMatch(/^<QueuedeadLetters\w+\.Arn>$/);
  });

  test('is nowhere unknown to the topology', () => {
    const used = functionNames.flatMap((name) => [...topology.functions[name].grants]);
    expect([...new Set<string>(used)].sort()).toEqual(Object.keys(grants).sort());
  });
});

describe.each(machines)('the role of the state machine %s', (machine) => {
  const role = (): Resource => {
    const found = ofType(tenant, 'AWS::StepFunctions::StateMachine').filter(
      ([, { Properties }]) => Properties.StateMachineName === `tributary-${machine}`,
    );
    return roleOf(found[0]![1].Properties.RoleArn);
  };

  test('invokes exactly its functions, by version', () => {
    const invoked = allowed(role()).filter((pair) => pair.startsWith('lambda:'));
    const versions = invoked.map((pair) => {
      const version = tenant.Resources[/<(\w+)>$/.exec(pair)?.[1] ?? ''];
      expect(version?.Type).toBe('AWS::Lambda::Version');
      return flat(version?.Properties.FunctionName).replace(/^<Task|[0-9A-F]{8}>$/g, '');
    });
    expect(versions.sort()).toEqual([...topology.stateMachines[machine].functions].sort());
  });

  test('starts its own map children and the machines it names', () => {
    const started = allowed(role()).filter((pair) => pair.startsWith('states:StartExecution'));
    const names = started.map((pair) => pair.replace(/^.*stateMachine:tributary-/, ''));
    const itself = new Set<string>([machine, ...(machine === 'import' ? [] : topology.stateMachines[machine].starts)]);
    expect([...new Set(names)].sort()).toEqual([...itself].sort());
  });

  test('reaches HealthLake only as the import does, and passes one role to it alone', () => {
    const pairs = allowed(role()).filter((pair) => /^(healthlake|iam):/.test(pair));
    const actions = pairs.map((pair) => pair.split(' ')[0]).sort();
    expect(actions).toEqual(
      machine === 'import' ? ['healthlake:DescribeFHIRImportJob', 'healthlake:StartFHIRImportJob', 'iam:PassRole'] : [],
    );
  });
});

test('no role has an inline policy, and none of the policies allows every action of a service', () => {
  for (const template of [tenant, audit]) {
    expect(ofType(template, 'AWS::IAM::Policy')).toEqual([]);
    for (const [, role] of ofType(template, 'AWS::IAM::Role')) expect(role.Properties.Policies).toBeUndefined();
    const policies = ofType(template, 'AWS::IAM::ManagedPolicy');
    expect(policies.length).toBeGreaterThan(0);
    const actions = policies.flatMap(([, policy]) => statementsOf(policy).flatMap(({ Action }) => asList(Action)));
    expect(actions.filter((action) => String(action).includes('*'))).toEqual([]);
  }
});

test("the import's role can be taken by HealthLake alone, for this data store, and reads and writes its prefixes", () => {
  const [[id, role]] = ofType(tenant, 'AWS::IAM::Role').filter(([name]) => name.startsWith('DataStoreImportRole')) as [
    readonly [string, Resource],
  ];
  expect(id).toBeDefined();
  const [trust, ...more] = role.Properties.AssumeRolePolicyDocument.Statement;
  expect(more).toEqual([]);
  expect(trust.Principal).toEqual({ Service: 'healthlake.amazonaws.com' });
  expect(flat(trust.Condition.ArnEquals['aws:SourceArn'])).toMatch(/^<DataStore\w+\.DatastoreArn>$/);
  const objects = allowed(role).filter((pair) => /s3:(Get|Put)Object/.test(pair));
  expect(objects.map((pair) => pair.replace(/<Work\w+\.Arn>/, 'work'))).toEqual([
    's3:GetObject on work/imports/*',
    's3:PutObject on work/import-output/*',
  ]);
});
