import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, createTable } from './own-table.ts';

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));
const ITEMS = 8;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-kill-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function serve(): Promise<{ child: ChildProcess; client: DynamoDBClient }> {
  const child = spawn(process.execPath, [SERVE, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [endpoint] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, client: clientOf(endpoint.toString().trim()) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Moves item `at` from list to list for as long as it is answered; gives the last version that was acknowledged. */
async function writeUntilKilled(client: DynamoDBClient, at: number, onWrite: () => void): Promise<number> {
  for (let version = 1; ; version += 1) {
    const update = new UpdateItemCommand({
      TableName: 'ledger',
      Key: { pk: { S: `item ${at}` } },
      UpdateExpression: 'SET #list = :list, version = :version',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: { ':list': { S: `list ${version % 3}` }, ':version': { N: String(version) } },
    });
    const isKept = await client.send(update).then(
      () => true,
      () => false,
    );
    if (!isKept) return version - 1;
    onWrite();
  }
}

test('after kill -9 every acknowledged write is there, and the index says what the items say', async () => {
  const first = await serve();
  await createTable(first.client);
  let writes = 0;
  const onWrite = (): void => {
    writes += 1;
    if (writes === 150) first.child.kill('SIGKILL');
  };
  const acknowledged = await Promise.all(
    Array.from({ length: ITEMS }, (_, at) => writeUntilKilled(first.client, at, onWrite)),
  );
  const second = await serve();
  const items = (await second.client.send(new ScanCommand({ TableName: 'ledger' }))).Items ?? [];
  const versions = new Map(items.map((item) => [item['pk']?.S, Number(item['version']?.N)]));
  for (const [at, version] of acknowledged.entries()) {
    expect([version, version + 1]).toContain(versions.get(`item ${at}`));
  }
  const indexed: Record<string, AttributeValue>[] = [];
  for (const list of ['list 0', 'list 1', 'list 2']) {
    const query = new QueryCommand({
      TableName: 'ledger',
      IndexName: 'by-list',
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: { ':list': { S: list } },
    });
    indexed.push(...((await second.client.send(query)).Items ?? []));
  }
  const byKey = (a: Record<string, AttributeValue>, b: Record<string, AttributeValue>) =>
    String(a['pk']?.S).localeCompare(String(b['pk']?.S));
  expect(indexed.sort(byKey)).toEqual(items.sort(byKey));
  await kill(second.child);
});
