import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { batchId } from '../core/identity.ts';
import { UsageError } from './arguments.ts';
import type { Connection } from './connection.ts';
import { findFeed, publishFeeds } from './feeds.ts';
import { type RunResult, resultOf } from './result.ts';
import { waitForBatches } from './wait.ts';

interface Drop {
  readonly path: string;
  readonly tenant: string;
  readonly feed: string;
}

/** Drops files, waits until their books are closed, and tells what became of every message. */
export async function dropAndWait(
  connection: Connection,
  paths: readonly string[],
  feed: string | undefined,
  options: { readonly json: boolean },
): Promise<RunResult> {
  const startedAt = performance.now();
  const drops = paths.flatMap((path) => (feed === undefined ? dropsByFolder(path) : dropsOf(path, feed)));
  if (drops.length === 0) throw new UsageError('There is nothing to drop: no file was found');
  await publishFeeds(
    connection,
    [...new Set(feed === undefined ? drops.map((drop) => drop.feed) : [feed])].map(findFeed),
  );
  const client = new S3Client({});
  const batches: string[] = [];
  for (const drop of drops) batches.push(await put(client, connection, drop));
  const stalled = await waitForBatches(connection, batches, options);
  return await resultOf(connection, batches, stalled, (performance.now() - startedAt) / 1000);
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`There is no file or folder ${path}`);
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(path, entry.name))
    .toSorted();
}

function dropsOf(path: string, feed: string): Drop[] {
  const { tenant, feed: name } = findFeed(feed);
  return filesOf(path).map((file) => ({ path: file, tenant, feed: name }));
}

// Without --feed a folder holds one subfolder per feed, as `samples/` does.
function dropsByFolder(path: string): Drop[] {
  const folders = readdirSync(path, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'bad',
  );
  return folders.flatMap(({ name }) => dropsOf(join(path, name), name));
}

/** Keys hold what S3 and our own bounds allow; a name's other characters become `_`. */
function keyOf({ path, tenant, feed }: Drop): string {
  const name = basename(path)
    .replaceAll(/[^A-Za-z0-9._=-]/g, '_')
    .replaceAll('..', '_');
  return `tenants/${tenant}/in/${feed}/${name}`;
}

async function put(client: S3Client, connection: Connection, drop: Drop): Promise<string> {
  const key = keyOf(drop);
  const done = await new Upload({
    client,
    params: { Bucket: connection.inbox, Key: key, Body: createReadStream(drop.path) },
  }).done();
  return batchId(connection.sha256, connection.inbox, key, done.VersionId ?? '');
}
