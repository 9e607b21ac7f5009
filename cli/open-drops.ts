import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { concurrently } from '../core/concurrently.ts';
import { batchId } from '../core/identity.ts';
import type { Connection } from './connection.ts';
import { isDone } from './wait.ts';

const AT_ONCE = 16;

/**
 * Batches of all drops in the inbox that have not come to their end. It asks the inbox, not the ledger, so that a drop
 * whose arrival nobody has admitted yet is among them.
 */
export async function openDrops(connection: Connection): Promise<string[]> {
  const open: string[] = [];
  for await (const batches of pages(connection)) {
    const books = await concurrently(batches, AT_ONCE, (batch) => connection.ledger.batch(batch));
    open.push(...batches.filter((_, at) => !isDone(books[at])));
  }
  return open;
}

async function* pages({ inbox, sha256 }: Connection): AsyncIterable<readonly string[]> {
  const client = new S3Client({});
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({
        Bucket: inbox,
        ...(next.KeyMarker === undefined ? {} : { KeyMarker: next.KeyMarker }),
        ...(next.VersionIdMarker === undefined ? {} : { VersionIdMarker: next.VersionIdMarker }),
      }),
    );
    yield (page.Versions ?? []).map(({ Key = '', VersionId = '' }) => batchId(sha256, inbox, Key, VersionId));
    next =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  }
}
