import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Item, key, openTable } from './ledger-table.ts';

describe('DynamoDB items', () => {
  let table: Awaited<ReturnType<typeof openTable>>;

  beforeAll(async () => {
    table = await openTable();
  });
  afterAll(() => table.close());

  test('a table describes its keys and its index', async () => {
    const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.TableName }));
    expect(Table).toMatchObject({
      TableName: table.TableName,
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [{ IndexName: 'by-list', IndexStatus: 'ACTIVE' }],
    });
  });

  test('every type of value comes back as it was put', async () => {
    const item: Item = {
      ...key('types'),
      text: { S: 'Grüße' },
      number: { N: '12.5' },
      flag: { BOOL: true },
      nothing: { NULL: true },
      bytes: { B: new Uint8Array([0, 255]) },
      list: { S: 'types' },
      listed: { S: '1' },
      nested: { M: { list: { L: [{ S: 'x' }, { N: '1' }] } } },
      words: { SS: ['a', 'b'] },
    };
    await table.put(item);
    expect(await table.get('types')).toEqual(item);
  });

  test('an item that is not there is no item', async () => {
    expect(await table.get('absent')).toBeUndefined();
  });

  test('of many puts under the same condition exactly one succeeds', async () => {
    const attempts = Array.from({ length: 20 }, (_, at) =>
      table.put({ ...key('race'), winner: { N: String(at) } }, 'attribute_not_exists(pk)'),
    );
    const outcomes = await Promise.allSettled(attempts);
    const won = outcomes.flatMap((outcome, at) => (outcome.status === 'fulfilled' ? [at] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'ConditionalCheckFailedException' });
    }
    expect((await table.get('race'))?.['winner']).toEqual({ N: String(won[0]) });
  });

  test('concurrent additions to a number lose none', async () => {
    const add = () =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.TableName,
          Key: key('sum'),
          UpdateExpression: 'ADD hits :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );
    await Promise.all(Array.from({ length: 25 }, add));
    expect((await table.get('sum'))?.['hits']).toEqual({ N: '25' });
  });

  test('of many updates from the same version exactly one succeeds', async () => {
    await table.put({ ...key('version'), version: { N: '1' } });
    const raise = (at: number) =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.TableName,
          Key: key('version'),
          UpdateExpression: 'SET #v = :next, holder = :holder REMOVE obsolete',
          ConditionExpression: '#v = :seen',
          ExpressionAttributeNames: { '#v': 'version' },
          ExpressionAttributeValues: { ':seen': { N: '1' }, ':next': { N: '2' }, ':holder': { S: `h${at}` } },
          ReturnValues: 'ALL_NEW',
        }),
      );
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => raise(at)));
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.Attributes] : []));
    expect(won).toEqual([await table.get('version')]);
  });

  test('of many deletes under a condition exactly one succeeds, and gives the old item', async () => {
    await table.put({ ...key('gone'), mark: { S: 'here' } });
    const remove = () =>
      table.client.send(
        new DeleteItemCommand({
          TableName: table.TableName,
          Key: key('gone'),
          ConditionExpression: 'attribute_exists(pk)',
          ReturnValues: 'ALL_OLD',
        }),
      );
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, remove));
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.Attributes] : []));
    expect(won).toEqual([{ ...key('gone'), mark: { S: 'here' } }]);
    expect(await table.get('gone')).toBeUndefined();
  });

  test('a failed condition leaves the item as it was', async () => {
    await table.put({ ...key('kept'), state: { S: 'first' } });
    await expect(
      table.put({ ...key('kept'), state: { S: 'second' } }, 'attribute_not_exists(pk)'),
    ).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    expect((await table.get('kept'))?.['state']).toEqual({ S: 'first' });
  });

  test('a batch writes and deletes up to 25 items, and a batch reads up to 100', async () => {
    const keys = Array.from({ length: 30 }, (_, at) => key('batch', String(at)));
    await table.writeAll(keys);
    const DeleteRequests = keys.slice(0, 5).map((Key) => ({ DeleteRequest: { Key } }));
    const written = await table.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table.TableName]: DeleteRequests } }),
    );
    expect(written.UnprocessedItems).toEqual({});
    const read = await table.client.send(
      new BatchGetItemCommand({ RequestItems: { [table.TableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    expect(read.Responses?.[table.TableName]).toHaveLength(25);
    expect(read.UnprocessedKeys).toEqual({});
  });

  test('a batch with the same key twice is refused whole', async () => {
    const requests = [{ PutRequest: { Item: key('twice') } }, { PutRequest: { Item: key('twice') } }];
    await expect(
      table.client.send(new BatchWriteItemCommand({ RequestItems: { [table.TableName]: requests } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await table.get('twice')).toBeUndefined();
  });

  test('a table that is not there is refused by name', async () => {
    await expect(
      table.client.send(new GetItemCommand({ TableName: `${table.TableName}-absent`, Key: key('x') })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('an item over 400 KB is refused', async () => {
    await expect(table.put({ ...key('huge'), big: { S: 'x'.repeat(410_000) } })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('a key without its sort key is refused', async () => {
    await expect(
      table.client.send(new GetItemCommand({ TableName: table.TableName, Key: { pk: { S: 'x' } } })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
