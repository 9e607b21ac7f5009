import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HealthLakeClient, ListFHIRDatastoresCommand, ListFHIRImportJobsCommand } from '@aws-sdk/client-healthlake';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { queueUrl } from '../support/queue.ts';
import type { Channel } from './scanner.ts';

/** What AWS's own APIs show of everything but Step Functions: queues, names of objects and jobs, the ledger. */
export async function capturedByApi(): Promise<readonly Channel[]> {
  return [
    ...(await queues(['tributary-dead-letters', 'tributary-arrivals-failed', 'tributary-events-failed'])),
    { name: 'keys of the work bucket', content: await workKeys() },
    { name: 'import jobs', content: await importJobs() },
    { name: 'ledger', content: await ledger() },
  ];
}

async function queues(names: readonly string[]): Promise<Channel[]> {
  const client = new SQSClient({});
  return await Promise.all(
    names.map(async (name): Promise<Channel> => {
      const QueueUrl = await queueUrl(name);
      const bodies: unknown[] = [
        (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes,
      ];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 },
            ...{ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] },
          }),
        );
        if (Messages.length === 0) break;
        bodies.push(...Messages);
      }
      return { name: `queue ${name}`, content: JSON.stringify(bodies) };
    }),
  );
}

async function workKeys(): Promise<string> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2({ client: new S3Client({}) }, { Bucket: 'tributary-work' });
  for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key = '' }) => Key));
  return keys.join('\n');
}

async function importJobs(): Promise<string> {
  const client = new HealthLakeClient({});
  const { DatastorePropertiesList = [] } = await client.send(new ListFHIRDatastoresCommand({}));
  const jobs = await Promise.all(
    DatastorePropertiesList.map(({ DatastoreId }) => client.send(new ListFHIRImportJobsCommand({ DatastoreId }))),
  );
  return JSON.stringify([DatastorePropertiesList, jobs]);
}

/**
 * Every item whole. Of a batch the drop's own key is left out, once as `key` and once in `source`: the ledger is where the
 * design keeps it (DESIGN section 2, `dead` and `status` tell a person the file from there).
 */
async function ledger(): Promise<string> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const lines: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: 'tributary-ledger' }))
    for (const item of Items) lines.push(JSON.stringify(item['sk'] === 'batch' ? withoutDrop(item) : item));
  return lines.join('\n');
}

function withoutDrop({ key: _key, source, ...item }: Record<string, unknown>): unknown {
  const { key: _sourceKey, ...place } = (source ?? {}) as Record<string, unknown>;
  return { ...item, source: place };
}

/** Where the embedded cloud keeps what executions, later invocations and import jobs are; patient data lies elsewhere. */
const raw = ['stepfunctions', 'lambda', 'healthlake/healthlake', 'secretsmanager'];

/**
 * The files as they lie on the disk, with what SQLite keeps of overwritten pages, and every row as text. Read when the
 * cloud is down. Left out, because they hold what the door was given: S3's bodies and inbox keys, the arrivals queue and
 * the outbox of events (the S3 key, and the message of an inline event), the data store and the ledger's file.
 */
export function capturedFromFiles(directory: string): readonly Channel[] {
  return raw.flatMap((name): Channel[] => {
    const file = join(directory, `${name.includes('/') ? name : `${name}/${name}`}.sqlite`);
    const parts = readdirSync(join(file, '..')).filter((entry) => file.endsWith(entry.replace(/-(wal|shm)$/, '')));
    return [
      { name: `file ${name}`, content: Buffer.concat(parts.map((part) => readFileSync(join(file, '..', part)))) },
      { name: `rows of ${name}`, content: rowsOf(file) },
    ];
  });
}

function rowsOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all());
  database.close();
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

/** What the recording handlers wrote. Admit's input is the arrivals queue's: the door's event, left out. */
export function capturedFromHandlers(directory: string): readonly Channel[] {
  return readdirSync(directory)
    .filter((file) => file !== 'tasks.Admit.input')
    .map((file) => ({ name: `handlers ${file}`, content: readFileSync(join(directory, file)) }));
}
