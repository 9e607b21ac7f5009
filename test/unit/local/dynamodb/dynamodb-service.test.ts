import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDynamodbService } from '../../../../local/dynamodb/dynamodb-service.ts';
import { type RunningServer, startServer } from '../../../../local/server.ts';
import { clientOf, createTable } from './own-table.ts';

const TableName = 'ledger';
const Item = { pk: { S: 'one' }, list: { S: 'open' } };

describe('the tables of the embedded cloud', () => {
  let directory: string;
  let server: RunningServer;
  let client: DynamoDBClient;

  const open = async (): Promise<void> => {
    server = await startServer({ directory, port: 0, services: (context) => [createDynamodbService(context)] });
    client = clientOf(server.endpoint);
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tributary-dynamodb-'));
    await open();
    await createTable(client);
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a created table is active at once, under our account and region', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger',
    });
  });

  test('a table of the same name is refused', async () => {
    await expect(createTable(client)).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  test('tables and items outlive a restart', async () => {
    await client.send(new PutItemCommand({ TableName, Item }));
    await close();
    await open();
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
    expect((await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'one' } } }))).Item).toEqual(Item);
  });

  test('a deleted table is gone with its items, and may be created anew', async () => {
    await client.send(new PutItemCommand({ TableName, Item }));
    await client.send(new DeleteTableCommand({ TableName }));
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await createTable(client);
    expect((await client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
  });

  test('a batch that names a key twice writes nothing', async () => {
    const requests = [{ PutRequest: { Item } }, { DeleteRequest: { Key: { pk: { S: 'one' } } } }];
    const batch = new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } });
    await expect(client.send(batch)).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
  });

  test('a query over more rows than are read at once gives them all, both ways and in pages', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `item ${String(at).padStart(3, '0')}`);
    for (const pk of names)
      await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, list: { S: 'many' } } }));
    const base = {
      TableName,
      IndexName: 'by-list',
      KeyConditionExpression: '#l = :l',
      ExpressionAttributeNames: { '#l': 'list' },
      ExpressionAttributeValues: { ':l': { S: 'many' } },
    };
    const all = await client.send(new QueryCommand(base));
    const back = await client.send(new QueryCommand({ ...base, ScanIndexForward: false }));
    expect(all.Items?.map((item) => item['pk']?.S).sort()).toEqual(names);
    expect(back.Items).toEqual([...(all.Items ?? [])].reverse());
    const page = await client.send(new QueryCommand({ ...base, Limit: 150 }));
    const rest = await client.send(new QueryCommand({ ...base, ExclusiveStartKey: page.LastEvaluatedKey }));
    expect([...(page.Items ?? []), ...(rest.Items ?? [])]).toEqual(all.Items);
  });

  const keys = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  };
  test.each([
    [
      'ReturnValuesOnConditionCheckFailure',
      new PutItemCommand({ TableName, Item, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ],
    ['ReturnItemCollectionMetrics', new PutItemCommand({ TableName, Item, ReturnItemCollectionMetrics: 'SIZE' })],
    [
      'StreamSpecification',
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        ...keys,
        StreamSpecification: { StreamEnabled: true },
      }),
    ],
    [
      'SSESpecification',
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        ...keys,
        SSESpecification: { Enabled: true },
      }),
    ],
    [
      'DeletionProtectionEnabled',
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        ...keys,
        DeletionProtectionEnabled: true,
      }),
    ],
    [
      'Tags',
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        ...keys,
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    ],
  ])('%s is refused, not ignored', async (name, command) => {
    const failure = await client.send(command as PutItemCommand).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'ValidationException',
      message: `${name} is not implemented by the embedded cloud`,
    });
    expect((await client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
  });

  test.each([
    [
      'transactions',
      () => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item } }] })),
    ],
    [
      'time to live',
      () =>
        client.send(
          new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'x', Enabled: true } }),
        ),
    ],
    [
      'backups',
      () =>
        client.send(
          new UpdateContinuousBackupsCommand({
            TableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ),
    ],
  ])('%s answer that they are not implemented', async (_what, send: () => Promise<unknown>) => {
    await expect(send()).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
