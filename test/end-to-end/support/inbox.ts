import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { findBatch, outcomesOf } from '../../../cli/books.ts';
import { batchId } from '../../../core/identity.ts';
import type { Batch } from '../../../core/ledger/ledger.ts';
import type { MessageOutcome } from '../../../core/ledger/states.ts';
import type { Pipeline } from './pipeline.ts';
import { until } from './until.ts';

/** Puts an object into the inbox as any S3 client would; gives the id its batch will have. */
export async function putObject({ connection }: Pipeline, key: string, body: Uint8Array | string): Promise<string> {
  const { VersionId } = await new S3Client({}).send(
    new PutObjectCommand({ Bucket: connection.inbox, Key: key, Body: body }),
  );
  return batchId(connection.sha256, connection.inbox, key, VersionId ?? '');
}

/** The key under which a feed of the demo tenant takes drops. */
export const keyFor = (feed: string, file: string): string => `tenants/demo/in/${feed}/${file}`;

/** Waits until a batch's book is closed. */
export async function closedBook({ connection }: Pipeline, batch: string): Promise<Batch> {
  return await until(`the end of batch ${batch.slice(0, 8)}`, async () => {
    const book = await connection.ledger.batch(batch);
    return book?.state === 'closed' || book?.state === 'unbalanced' ? book : undefined;
  });
}

/** Drops one object and waits for its end. */
export async function dropObject(
  pipeline: Pipeline,
  key: string,
  body: Uint8Array | string,
): Promise<{ book: Batch; outcomes: readonly MessageOutcome[] }> {
  const book = await closedBook(pipeline, await putObject(pipeline, key, body));
  return { book, outcomes: await outcomes(pipeline, book.batch) };
}

/** What the ledger says of every message of a batch. */
export async function outcomes({ connection }: Pipeline, batch: string): Promise<readonly MessageOutcome[]> {
  const found: MessageOutcome[] = [];
  for await (const outcome of outcomesOf(connection, await findBatch(connection, batch))) found.push(outcome);
  return found;
}
