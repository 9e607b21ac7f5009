import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateFHIRDatastoreCommand, HealthLakeClient, ListFHIRDatastoresCommand } from '@aws-sdk/client-healthlake';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { topology } from '../infra/topology.ts';
import { clientSettings } from './client-settings.ts';
import { functionArn, queueArn } from './names.ts';

/** Where a tenant's resources go, as the tasks' environment tells it. */
export interface TenantStore {
  readonly datastoreId: string;
  readonly dataAccessRoleArn: string;
  readonly kmsKeyId: string;
}

/**
 * Makes what the topology names, through the same wire protocols that everyone else uses. Everything may be there
 * already: state outlives the process.
 */
export async function provision(
  endpoint: string,
  tenants: readonly string[],
): Promise<Readonly<Record<string, TenantStore>>> {
  const settings = clientSettings(endpoint);
  await buckets(new S3Client(settings));
  await queues(new SQSClient(settings));
  await ledger(new DynamoDBClient(settings));
  await secrets(new SecretsManagerClient(settings));
  await rules(new EventBridgeClient(settings));
  const stores: Record<string, TenantStore> = {};
  for (const tenant of tenants) stores[tenant] = await dataStore(new HealthLakeClient(settings), tenant);
  return stores;
}

async function unlessThere(run: () => Promise<unknown>, names: readonly string[]): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Error) || !names.includes(error.name)) throw error;
  }
}

async function buckets(client: S3Client): Promise<void> {
  for (const { name, versioned, eventBridge } of Object.values(topology.buckets)) {
    await unlessThere(
      () => client.send(new CreateBucketCommand({ Bucket: name })),
      ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'],
    );
    if (versioned)
      await client.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
      );
    if (eventBridge) {
      const configuration = { EventBridgeConfiguration: {} };
      await client.send(
        new PutBucketNotificationConfigurationCommand({ Bucket: name, NotificationConfiguration: configuration }),
      );
    }
  }
}

async function queues(client: SQSClient): Promise<void> {
  const plain = Object.entries(topology.queues).toSorted(
    ([, left], [, right]) => Number('deadLetter' in left) - Number('deadLetter' in right),
  );
  for (const [, queue] of plain) {
    const redrive =
      'deadLetter' in queue
        ? {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: queueArn(topology.queues[queue.deadLetter].name),
              maxReceiveCount: queue.maxReceiveCount,
            }),
          }
        : {};
    await client.send(
      new CreateQueueCommand({
        QueueName: queue.name,
        Attributes: {
          VisibilityTimeout: String(queue.visibilitySeconds),
          MessageRetentionPeriod: String(queue.retentionDays * 86_400),
          ...redrive,
        },
      }),
    );
  }
}

async function ledger(client: DynamoDBClient): Promise<void> {
  const { name, partitionKey, sortKey, index } = topology.table.ledger;
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const table = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [partitionKey, sortKey, index.partitionKey, index.sortKey].map(attribute),
    KeySchema: keys(partitionKey, sortKey),
    GlobalSecondaryIndexes: [
      {
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'ALL' as const },
      },
    ],
  };
  await unlessThere(() => client.send(new CreateTableCommand(table)), ['ResourceInUseException']);
}

async function secrets(client: SecretsManagerClient): Promise<void> {
  const secret = { Name: topology.secrets.tenantKey.name, SecretString: randomBytes(32).toString('hex') };
  await unlessThere(() => client.send(new CreateSecretCommand(secret)), ['ResourceExistsException']);
}

async function rules(client: EventBridgeClient): Promise<void> {
  for (const { name } of Object.values(topology.buses))
    await unlessThere(() => client.send(new CreateEventBusCommand({ Name: name })), ['ResourceAlreadyExistsException']);
  for (const rule of Object.values(topology.rules)) {
    const match =
      'pattern' in rule ? { EventPattern: JSON.stringify(rule.pattern) } : { ScheduleExpression: rule.schedule };
    await client.send(new PutRuleCommand({ Name: rule.name, EventBusName: rule.bus, ...match }));
    const target = 'queue' in rule ? queueArn(topology.queues[rule.queue].name) : functionArn(rule.function);
    const failed = { DeadLetterConfig: { Arn: queueArn(topology.queues.eventsFailed.name) } };
    await client.send(
      new PutTargetsCommand({
        Rule: rule.name,
        EventBusName: rule.bus,
        Targets: [{ Id: 'target', Arn: target, ...failed }],
      }),
    );
  }
}

async function dataStore(client: HealthLakeClient, tenant: string): Promise<TenantStore> {
  const name = `tributary-${tenant}`;
  const known = await client.send(new ListFHIRDatastoresCommand({ Filter: { DatastoreName: name } }));
  const there = known.DatastorePropertiesList?.find(
    ({ DatastoreStatus }) => DatastoreStatus === 'ACTIVE' || DatastoreStatus === 'CREATING',
  );
  const datastoreId =
    there?.DatastoreId ??
    (await client.send(new CreateFHIRDatastoreCommand({ DatastoreName: name, DatastoreTypeVersion: 'R4' })))
      .DatastoreId ??
    '';
  // Placeholders of the right form: the embedded cloud checks no permission and encrypts nothing.
  return {
    datastoreId,
    dataAccessRoleArn: 'arn:aws:iam::000000000000:role/tributary-import',
    kmsKeyId: 'alias/tributary-local',
  };
}
