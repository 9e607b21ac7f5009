import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { executionArns, machineArn } from './naming.ts';
import { type FunctionName, type StateMachineName, topology } from './topology.ts';

export type Grant = (typeof topology.functions)[FunctionName]['grants'][number];

/** ARNs that the grants name. */
export interface Granted {
  readonly inboxArn: string;
  readonly workArn: string;
  readonly tableArn: string;
  readonly deadLettersArn: string;
  readonly secretArn: string;
  readonly keyArn: string;
  readonly dataStoreArn: string;
}

export const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** Use of the tenant's key, only when the named service asks for it on the role's behalf. */
export function allowKey(keyArn: string, service: string, ...actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com` } },
  });
}

const readBucket = (arn: string, keyArn: string): PolicyStatement[] => [
  allow(['s3:GetObject', 's3:GetObjectVersion'], [`${arn}/*`]),
  // Without it S3 answers 403, not 404, for an object that does not exist.
  allow(['s3:ListBucket', 's3:ListBucketVersions'], [arn]),
  allowKey(keyArn, 's3', 'kms:Decrypt'),
];

const writeBucket = (arn: string, keyArn: string): PolicyStatement[] => [
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], [`${arn}/*`]),
  // Parts of an upload are decrypted when it is completed.
  allowKey(keyArn, 's3', 'kms:GenerateDataKey', 'kms:Decrypt'),
];

/** A state machine under a customer key asks its caller for the key, too. */
const startMachine = (scope: IConstruct, machine: StateMachineName, keyArn: string): PolicyStatement[] => [
  allow(['states:StartExecution'], [machineArn(scope, machine)]),
  allowKey(keyArn, 'states', 'kms:Decrypt', 'kms:GenerateDataKey'),
];

const describeExecutions = (scope: IConstruct, machines: StateMachineName[], keyArn: string): PolicyStatement[] => [
  allow(
    ['states:DescribeExecution'],
    machines.map((machine) => executionArns(scope, machine)),
  ),
  allowKey(keyArn, 'states', 'kms:Decrypt'),
];

const ledgerActions = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map(
  (action) => `dynamodb:${action}`,
);

/** What each word of a function's `grants` lets it do; a word without an entry does not compile. */
export function grantStatements(scope: IConstruct, on: Granted): Record<Grant, PolicyStatement[]> {
  return {
    'inbox:read': readBucket(on.inboxArn, on.keyArn),
    'inbox:write': writeBucket(on.inboxArn, on.keyArn),
    'work:read': readBucket(on.workArn, on.keyArn),
    'work:write': writeBucket(on.workArn, on.keyArn),
    ledger: [
      allow(ledgerActions, [on.tableArn]),
      allow(['dynamodb:Query'], [`${on.tableArn}/index/${topology.table.ledger.index.name}`]),
      allowKey(on.keyArn, 'dynamodb', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'),
    ],
    'deadLetters:send': [
      allow(['sqs:SendMessage'], [on.deadLettersArn]),
      allowKey(on.keyArn, 'sqs', 'kms:GenerateDataKey', 'kms:Decrypt'),
    ],
    secret: [
      allow(['secretsmanager:GetSecretValue'], [on.secretArn]),
      allowKey(on.keyArn, 'secretsmanager', 'kms:Decrypt'),
    ],
    // Comprehend Medical has no resources that a policy could name.
    comprehendmedical: [
      allow(
        [
          'comprehendmedical:DetectEntitiesV2',
          'comprehendmedical:InferICD10CM',
          'comprehendmedical:InferRxNorm',
          'comprehendmedical:InferSNOMEDCT',
        ],
        ['*'],
      ),
    ],
    'start:ingest': startMachine(scope, 'ingest', on.keyArn),
    'start:enrich': startMachine(scope, 'enrich', on.keyArn),
    'start:import': startMachine(scope, 'import', on.keyArn),
    // Who holds the data store, and which job it left open there.
    'describe:import': [
      ...describeExecutions(scope, ['import'], on.keyArn),
      allow(['healthlake:ListFHIRImportJobs'], [on.dataStoreArn]),
    ],
    'describe:enrich': describeExecutions(scope, ['enrich'], on.keyArn),
    'describe:executions': describeExecutions(scope, ['ingest', 'enrich', 'import'], on.keyArn),
  };
}
