import { Aws, Stack } from 'aws-cdk-lib';
import { type IManagedPolicy, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { chosenSubstitutions, type Definition, readDefinition } from '../definition.ts';
import { allow, allowKey } from '../grants.ts';
import { childExecutionArns, executionArns, machineArn, machineName } from '../naming.ts';
import { settings } from '../settings.ts';
import { type FunctionName, type StateMachineName, topology } from '../topology.ts';
import type { DataStore } from './data-store.ts';
import { logGroup } from './log-group.ts';
import type { TaskFunction } from './task-functions.ts';

interface WorkflowProps {
  /** Folder that holds `state-machines/`. */
  readonly root: string;
  readonly machine: StateMachineName;
  readonly functions: Readonly<Record<FunctionName, TaskFunction>>;
  readonly inbox: Bucket;
  readonly work: Bucket;
  readonly key: Key;
  readonly dataStore: DataStore;
  readonly runtime: IManagedPolicy;
}

/** A state machine from its file, unchanged, under a role that can do what the file names and no more. */
export class Workflow extends Construct {
  readonly resource: CfnStateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { machine, key } = props;
    const definition = readDefinition(props.root, machine);
    const group = logGroup(this, 'Log', `/aws/vendedlogs/states/${machineName(machine)}`, key);
    const policy = new ManagedPolicy(this, 'Own', { statements: this.#statements(definition, props) });
    acknowledgeWildcards(
      this,
      'Items and results of the map lie under keys made per batch.',
      props.work.arnForObjects('*'),
    );
    acknowledgeWildcards(
      this,
      'Children of the Distributed Map are executions of this machine; their names are made by Step Functions.',
      executionArns(this, machine),
      childExecutionArns(this, machine),
    );
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': machineArn(this, machine) },
        },
      }),
      managedPolicies: [props.runtime, policy],
    });
    this.resource = new CfnStateMachine(this, 'Machine', {
      stateMachineName: machineName(machine),
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definitionString: definition.text,
      definitionSubstitutions: chosenSubstitutions(machine, definition, this.#known(props)),
      loggingConfiguration: {
        level: 'ALL',
        // States pass pointers only, and even those stay out of the log.
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: group.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: {
        type: 'CUSTOMER_MANAGED_KMS_KEY',
        kmsKeyId: key.keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
      },
    });
  }

  /** What a file may name. A function's ARN is its version's, so a deployment changes nothing under a running batch. */
  #known({ machine, functions, inbox, work }: WorkflowProps): ReadonlyMap<string, string> {
    return new Map([
      ...topology.stateMachines[machine].functions.map(
        (name) => [`${name}Function`, functions[name].version.functionArn] as const,
      ),
      ['InboxBucket', inbox.bucketName],
      ['WorkBucket', work.bucketName],
      ['StateMachineArnPrefix', stateMachineArnPrefix(this)],
      ['PollSeconds', String(settings.pollSeconds)],
      ['PollSecondsLater', String(settings.pollSecondsLater)],
    ]);
  }

  #statements(definition: Definition, props: WorkflowProps): PolicyStatement[] {
    const { machine, functions, key } = props;
    const called = topology.stateMachines[machine].functions;
    return [
      allow(
        ['lambda:InvokeFunction'],
        called.map((name) => functions[name].version.functionArn),
      ),
      keyForMachine(machineArn(this, machine), key),
      ...(definition.distributed ? mapStatements(this, machine) : []),
      ...definition.resources.flatMap((resource) => integrationStatements(this, resource, props)),
    ];
  }
}

export const stateMachineArnPrefix = (scope: Construct): string =>
  `arn:${Aws.PARTITION}:states:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:stateMachine:`;

/** Shared by all machines: log delivery and X-Ray take no resource; the log's key by its encryption context. */
export function workflowRuntime(scope: Construct, key: Key): ManagedPolicy {
  const logs = ['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'];
  const policies = ['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'];
  const xray = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];
  const policy = new ManagedPolicy(scope, 'WorkflowRuntime', {
    statements: [
      allow(
        [...logs, ...policies].map((action) => `logs:${action}`),
        ['*'],
      ),
      allow(
        xray.map((action) => `xray:${action}`),
        ['*'],
      ),
      new PolicyStatement({
        actions: ['kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: {
          StringEquals: {
            'kms:EncryptionContext:SourceArn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:*`,
          },
        },
      }),
    ],
  });
  acknowledgeWildcards(
    policy,
    'Log delivery and X-Ray take no resource in a policy (Step Functions guide, CloudWatch logs).',
    '*',
  );
  return policy;
}

const keyForMachine = (arn: string, key: Key): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': arn } },
  });

/** A Distributed Map's children are executions of the machine itself (Step Functions: IAM policies for Distributed Map). */
const mapStatements = (scope: Construct, machine: StateMachineName): PolicyStatement[] => [
  allow(['states:StartExecution'], [machineArn(scope, machine)]),
  allow(['states:DescribeExecution', 'states:StopExecution'], [executionArns(scope, machine)]),
  allow(['states:RedriveExecution'], [childExecutionArns(scope, machine)]),
];

/** The permissions behind one `Resource` of a definition; throws for one that nobody has thought about. */
function integrationStatements(scope: Construct, resource: string, props: WorkflowProps): PolicyStatement[] {
  const { work, key, dataStore, machine } = props;
  switch (resource) {
    case 'arn:aws:states:::lambda:invoke':
      return [];
    case 'arn:aws:states:::s3:getObject':
      return [allow(['s3:GetObject'], [work.arnForObjects('*')]), allowKey(key.keyArn, 's3', 'kms:Decrypt')];
    case 'arn:aws:states:::s3:putObject':
      return [
        allow(
          ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
          [work.arnForObjects('*')],
        ),
        allowKey(key.keyArn, 's3', 'kms:GenerateDataKey', 'kms:Decrypt'),
      ];
    case 'arn:aws:states:::aws-sdk:sfn:startExecution':
      return [
        allow(
          ['states:StartExecution'],
          topology.stateMachines[machine].starts.map((name) => machineArn(scope, name)),
        ),
        allowKey(key.keyArn, 'states', 'kms:Decrypt', 'kms:GenerateDataKey'),
      ];
    case 'arn:aws:states:::aws-sdk:healthlake:startFHIRImportJob':
      return [
        allow(['healthlake:StartFHIRImportJob'], [dataStore.resource.attrDatastoreArn]),
        dataStore.allowPassRole(),
      ];
    case 'arn:aws:states:::aws-sdk:healthlake:describeFHIRImportJob':
      return [allow(['healthlake:DescribeFHIRImportJob'], [dataStore.resource.attrDatastoreArn])];
    default:
      throw new Error(`The state machine ${machine} uses ${resource}, for which no permissions are written`);
  }
}
