import { Duration, type Stack } from 'aws-cdk-lib';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { CfnFHIRDatastore } from 'aws-cdk-lib/aws-healthlake';
import { AnyPrincipal, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { bucketName } from '../../../infra/naming.ts';

const role = 'arn:aws:iam::111122223333:role/canary';

const lambda = (stack: Stack, variables: Record<string, string>, timeout = 3): CfnFunction =>
  new CfnFunction(stack, 'Function', {
    role,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    code: { zipFile: 'exports.handler = () => 1;' },
    timeout,
    environment: { variables },
  });

const machine = (stack: Stack, more: object): CfnStateMachine =>
  new CfnStateMachine(stack, 'Machine', {
    roleArn: role,
    definitionString: '{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}',
    ...more,
  });

const openTo = (arn: string, action: string): PolicyStatement =>
  new PolicyStatement({ actions: [action], principals: [new AnyPrincipal()], resources: [arn] });

/** A defect for each rule, by the rule's name: the smallest stack that breaks it. */
export const defects: Readonly<Record<string, (stack: Stack) => unknown>> = {
  // Our Guard rules
  SQS_QUEUE_CUSTOMER_KEY: (stack) => new Queue(stack, 'Queue', { encryption: QueueEncryption.UNENCRYPTED }),
  SQS_QUEUE_NOT_AWS_KEY: (stack) => new Queue(stack, 'Queue', { encryption: QueueEncryption.KMS_MANAGED }),
  SQS_QUEUE_POLICY_NOT_OPEN: (stack) => {
    const queue = new Queue(stack, 'Queue');
    queue.addToResourcePolicy(openTo(queue.queueArn, 'sqs:SendMessage'));
  },
  KMS_KEY_POLICY_NOT_OPEN: (stack) => new Key(stack, 'Key').addToResourcePolicy(openTo('*', 'kms:Decrypt')),
  HEALTHLAKE_CUSTOMER_KEY: (stack) =>
    new CfnFHIRDatastore(stack, 'Store', {
      datastoreTypeVersion: 'R4',
      sseConfiguration: { kmsEncryptionConfig: { cmkType: 'AWS_OWNED_KMS_KEY' } },
    }),
  STATES_NO_EXECUTION_DATA_IN_LOGS: (stack) =>
    machine(stack, { loggingConfiguration: { level: 'ALL', includeExecutionData: true } }),
  STATES_CUSTOMER_KEY: (stack) => machine(stack, { encryptionConfiguration: { type: 'AWS_OWNED_KEY' } }),
  DYNAMODB_CUSTOMER_KEY: (stack) => table(stack),
  DYNAMODB_NO_GLOBAL_TABLE: (stack) =>
    new TableV2(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }),
  EVENTS_BUS_CUSTOMER_KEY: (stack) => new CfnEventBus(stack, 'Bus', { name: 'canary' }),
  LAMBDA_ENVIRONMENT_CUSTOMER_KEY: (stack) => lambda(stack, { NAME: 'value' }),
  LAMBDA_NO_SECRET_IN_ENVIRONMENT: (stack) => lambda(stack, { DATABASE_PASSWORD: 'correct horse' }),
  LAMBDA_NO_KEY_IN_ENVIRONMENT: (stack) => lambda(stack, { NAME: `AKIA${'A'.repeat(16)}` }),
  LOGS_KEPT_400_DAYS: (stack) => new CfnLogGroup(stack, 'Log', { retentionInDays: 1 }),
  LOGS_AUDIT_KEPT_2557_DAYS: (stack) =>
    new CfnLogGroup(stack, 'Log', { logGroupName: '/tributary/audit/canary', retentionInDays: 400 }),
  S3_OBJECT_LOCK: (stack) => new Bucket(stack, 'Bucket', { bucketName: bucketName('tributary-inbox') }),
  // The packs
  'HIPAA.Security-S3BucketLevelPublicAccessProhibited': (stack) =>
    new Bucket(stack, 'Bucket', { blockPublicAccess: { blockPublicAcls: false } as never }),
  'HIPAA.Security-S3BucketSSLRequestsOnly': (stack) => new Bucket(stack, 'Bucket'),
  'HIPAA.Security-LambdaInsideVPC': (stack) => lambda(stack, {}),
  'HIPAA.Security-LambdaConcurrency': (stack) => lambda(stack, {}),
  'HIPAA.Security-DynamoDBPITREnabled': (stack) => table(stack),
  'HIPAA.Security-DynamoDBInBackupPlan': (stack) => table(stack),
  'HIPAA.Security-CloudWatchLogGroupEncrypted': (stack) => new CfnLogGroup(stack, 'Log', { retentionInDays: 400 }),
  'AwsSolutions-SQS3': (stack) => new Queue(stack, 'Queue'),
  'AwsSolutions-SQS4': (stack) => new Queue(stack, 'Queue'),
  'AwsSolutions-SF1': (stack) => machine(stack, {}),
  'AwsSolutions-SF2': (stack) => machine(stack, {}),
  'AwsSolutions-KMS5': (stack) => new Key(stack, 'Key'),
  'AwsSolutions-IAM5[Resource::*]': (stack) =>
    new ManagedPolicy(stack, 'Policy', {
      statements: [new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })],
    }),
  // CloudFormation's own rules: a timeout over the service's limit of 900 seconds
  E3717: (stack) => lambda(stack, {}, Duration.hours(1).toSeconds()),
};

const table = (stack: Stack): Table =>
  new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
