import {
  DeleteItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Item, key, openTable, sortKeys } from './ledger-table.ts';

describe('DynamoDB queries', () => {
  let table: Awaited<ReturnType<typeof openTable>>;

  beforeAll(async () => {
    table = await openTable();
  });
  afterAll(() => table.close());

  test('a query gives a partition in the order of its sort key, both ways', async () => {
    for (const sk of ['b#2', 'a#1', 'b#10', 'c']) await table.put(key('order', sk));
    expect(sortKeys((await table.query('order')).Items)).toEqual(['a#1', 'b#10', 'b#2', 'c']);
    expect(sortKeys((await table.query('order', { ScanIndexForward: false })).Items)).toEqual([
      'c',
      'b#2',
      'b#10',
      'a#1',
    ]);
  });

  test.each([
    ['begins_with(sk, :x)', { ':x': { S: 'b#' } }, ['b#1', 'b#2']],
    ['sk BETWEEN :x AND :y', { ':x': { S: 'b#1' }, ':y': { S: 'b#2' } }, ['b#1', 'b#2']],
    ['sk > :x', { ':x': { S: 'b#1' } }, ['b#2', 'c']],
    ['sk >= :x', { ':x': { S: 'b#2' } }, ['b#2', 'c']],
    ['sk < :x', { ':x': { S: 'b#1' } }, ['a']],
    ['sk <= :x', { ':x': { S: 'b#1' } }, ['a', 'b#1']],
    ['sk = :x', { ':x': { S: 'b#1' } }, ['b#1']],
  ])('a query takes the sort key condition %s', async (condition, values, expected) => {
    await Promise.all(['a', 'b#1', 'b#2', 'c'].map((sk) => table.put(key('ranges', sk))));
    const { Items } = await table.query('ranges', {
      KeyConditionExpression: `pk = :pk AND ${condition}`,
      ExpressionAttributeValues: { ':pk': { S: 'ranges' }, ...values },
    });
    expect(sortKeys(Items)).toEqual(expected);
  });

  test('a filter drops items after they were read, and a projection cuts them', async () => {
    for (const [sk, state] of [
      ['a', 'open'],
      ['b', 'closed'],
      ['c', 'open'],
    ] as const)
      await table.put({ ...key('filter', sk), state: { S: state }, more: { N: '1' } });
    const answer = await table.query('filter', {
      FilterExpression: '#state = :open',
      ProjectionExpression: 'sk',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':pk': { S: 'filter' }, ':open': { S: 'open' } },
    });
    expect(answer).toMatchObject({ Count: 2, ScannedCount: 3, Items: [{ sk: { S: 'a' } }, { sk: { S: 'c' } }] });
  });

  test('a query goes on from where a page ended, without loss or repeat', async () => {
    const names = Array.from({ length: 25 }, (_, at) => String(at).padStart(2, '0'));
    await table.writeAll(names.map((sk) => key('pages', sk)));
    const seen: (string | undefined)[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const answer = await table.query('pages', { Limit: 7, ExclusiveStartKey });
      seen.push(...(sortKeys(answer.Items) ?? []));
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen).toEqual(names);
  });

  test('a page ends at 1 MB', async () => {
    const big = { S: 'x'.repeat(300_000) };
    for (const sk of ['1', '2', '3', '4', '5']) await table.put({ ...key('big', sk), big });
    const first = await table.query('big');
    expect(first.Items?.length).toBeLessThan(5);
    const second = await table.query('big', { ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...(sortKeys(first.Items) ?? []), ...(sortKeys(second.Items) ?? [])]).toEqual(['1', '2', '3', '4', '5']);
  });

  test('the index gives items by its own keys, pages, and follows an update and a delete', async () => {
    const listed = (list: string, more: Partial<QueryCommandInput> = {}) =>
      table.client.send(
        new QueryCommand({
          TableName: table.TableName,
          IndexName: 'by-list',
          KeyConditionExpression: '#list = :list',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: { ':list': { S: list } },
          ...more,
        }),
      );
    for (const [pk, at] of [
      ['i3', '1'],
      ['i1', '2'],
      ['i2', '3'],
    ] as const)
      await table.put({ ...key(pk), list: { S: 'open' }, listed: { S: at } });
    const page = await listed('open', { Limit: 2 });
    const rest = await listed('open', { ExclusiveStartKey: page.LastEvaluatedKey });
    expect([...(page.Items ?? []), ...(rest.Items ?? [])].map((item) => item['pk']?.S)).toEqual(['i3', 'i1', 'i2']);
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.TableName,
        Key: key('i1'),
        UpdateExpression: 'SET #list = :closed',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':closed': { S: 'closed' } },
      }),
    );
    await table.client.send(new DeleteItemCommand({ TableName: table.TableName, Key: key('i2') }));
    await expect.poll(async () => (await listed('open')).Items?.map((item) => item['pk']?.S)).toEqual(['i3']);
    await expect.poll(async () => (await listed('closed')).Items?.map((item) => item['pk']?.S)).toEqual(['i1']);
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.TableName,
        Key: key('i3'),
        UpdateExpression: 'REMOVE #list',
        ExpressionAttributeNames: { '#list': 'list' },
      }),
    );
    await expect.poll(async () => (await listed('open')).Items).toEqual([]);
  });

  test('a scan finds everything in pages', async () => {
    const keys = Array.from({ length: 45 }, (_, at) => key(`scan ${at}`));
    await table.writeAll(keys);
    const found = new Set<string>();
    let ExclusiveStartKey: Item | undefined;
    do {
      const answer = await table.client.send(
        new ScanCommand({ TableName: table.TableName, Limit: 40, ExclusiveStartKey, ProjectionExpression: 'pk, sk' }),
      );
      for (const item of answer.Items ?? []) found.add(`${item['pk']?.S}/${item['sk']?.S}`);
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(found.size).toBeGreaterThan(40);
    for (const { pk, sk } of keys) expect(found).toContain(`${pk?.S}/${sk?.S}`);
  });
});
