import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  type IManagedPolicy,
  type IRole,
  ManagedPolicy,
  type PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
  type Version,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards } from '../acknowledge.ts';
import type { Bundles } from '../bundle.ts';
import { allow, allowKey, type Grant } from '../grants.ts';
import { functionName } from '../naming.ts';
import { settings } from '../settings.ts';
import { type FunctionName, semiSpaceMb, type TaskEnvironment, topology } from '../topology.ts';
import { logGroup } from './log-group.ts';
import type { Network } from './network.ts';

interface TaskFunctionsProps {
  readonly bundles: Bundles;
  readonly environment: TaskEnvironment;
  readonly key: Key;
  readonly network: Network;
  readonly grants: Readonly<Record<Grant, IManagedPolicy>>;
  /** Where an asynchronous call goes that failed for good. */
  readonly eventsFailed: Queue;
  readonly arrivals: Queue;
}

export interface TaskFunction {
  readonly version: Version;
  readonly logGroup: LogGroup;
}

/** One function per entry of the topology, each under a role of its own and called by its published version. */
export class TaskFunctions extends Construct {
  readonly all: Readonly<Record<FunctionName, TaskFunction>>;
  readonly #props: TaskFunctionsProps;
  readonly #runtime: IManagedPolicy;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.#runtime = this.#runtimePolicy();
    const names = Object.keys(topology.functions) as FunctionName[];
    const made = names.map((name) => [name, this.#makeFunction(name)] as const);
    this.all = Object.fromEntries(made) as Record<FunctionName, TaskFunction>;
    acknowledge(
      this,
      "Called by Step Functions or by a queue, both synchronous: the function's own queue would never be used. Sweep, called by events, has one.",
      'HIPAA.Security-LambdaDLQ',
    );
  }

  /** What Lambda itself asks of the role of a traced function in a VPC; these actions take no resources. */
  #runtimePolicy(): IManagedPolicy {
    const policy = new ManagedPolicy(this, 'Runtime', {
      statements: [
        allow(
          [
            'ec2:CreateNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:DeleteNetworkInterface',
          ],
          ['*'],
        ),
        allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
        allowKey(this.#props.key.keyArn, 'lambda', 'kms:Decrypt'),
      ],
    });
    acknowledgeWildcards(
      policy,
      'Network interfaces of a function in a VPC and X-Ray take no resource in a policy (AWS: VPC execution role).',
      '*',
    );
    return policy;
  }

  #makeFunction(name: FunctionName): TaskFunction {
    const { timeoutSeconds, memoryMb } = topology.functions[name];
    const { bundles, environment, key, network } = this.#props;
    const group = logGroup(this, `${name}Log`, `/tributary/functions/${name}`, key);
    const lambda = new LambdaFunction(this, name, {
      functionName: functionName(name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundles[name]),
      role: this.#roleOf(name, group),
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      environment: { ...environment, NODE_OPTIONS: `--max-semi-space-size=${semiSpaceMb}` },
      environmentEncryption: key,
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.functions],
      reservedConcurrentExecutions: settings.concurrency[name],
      logGroup: group,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // A running batch keeps the version it began with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(calledByEvents(name) ? { deadLetterQueue: this.#props.eventsFailed } : {}),
    });
    this.#addQueue(name, lambda.currentVersion);
    return { version: lambda.currentVersion, logGroup: group };
  }

  /** Exactly the task's grants, its own log, and the queues that call it or take its failed calls. */
  #roleOf(name: FunctionName, group: LogGroup): IRole {
    const statements = [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${group.logGroupArn}`]),
      ...this.#queueStatements(name),
    ];
    const own = new ManagedPolicy(this, `${name}Own`, { statements });
    const grants: readonly Grant[] = topology.functions[name].grants;
    const role = new Role(this, `${name}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [this.#runtime, own, ...grants.map((grant) => this.#props.grants[grant])],
    });
    return role.withoutPolicyUpdates();
  }

  #queueStatements(name: FunctionName): PolicyStatement[] {
    const { arrivals, eventsFailed, key } = this.#props;
    if ('queue' in topology.functions[name]) {
      return [
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [arrivals.queueArn]),
        allowKey(key.keyArn, 'sqs', 'kms:Decrypt'),
      ];
    }
    if (!calledByEvents(name)) return [];
    return [
      allow(['sqs:SendMessage'], [eventsFailed.queueArn]),
      allowKey(key.keyArn, 'sqs', 'kms:GenerateDataKey', 'kms:Decrypt'),
    ];
  }

  #addQueue(name: FunctionName, version: Version): void {
    const entry = topology.functions[name];
    if (!('queue' in entry)) return;
    version.addEventSourceMapping('Queue', {
      eventSourceArn: this.#props.arrivals.queueArn,
      batchSize: entry.queue.batchSize,
      maxConcurrency: settings.concurrency[name],
      reportBatchItemFailures: true,
    });
  }
}

const calledByEvents = (name: FunctionName): boolean =>
  Object.values(topology.rules).some((rule) => 'function' in rule && rule.function === name);
