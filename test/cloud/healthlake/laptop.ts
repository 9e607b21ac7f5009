import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFHIRDatastoreCommand,
  DescribeFHIRDatastoreCommand,
  DescribeFHIRImportJobCommand,
  HealthLakeClient,
  type ImportJobProperties,
  StartFHIRImportJobCommand,
  type StartFHIRImportJobCommandInput,
} from '@aws-sdk/client-healthlake';
import { createHealthLakeService, type HealthLakeOptions } from '../../../local/healthlake/healthlake.ts';
import { startServer } from '../../../local/server.ts';
import type { BusEvent } from '../../../local/service.ts';
import { type TinyBucket, tinyBucket } from './tiny-bucket.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/import';
export const KMS = 'alias/tenant';

export interface Laptop {
  readonly client: HealthLakeClient;
  readonly bucket: TinyBucket;
  readonly events: BusEvent[];
  readonly directory: string;
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface OutputLine {
  readonly lineId: number;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly UpdateResourceResponse: {
    readonly statusCode: number;
    readonly jsonBlob: {
      readonly issue: readonly { readonly diagnostics: string; readonly expression?: readonly string[] }[];
    };
  };
}

/** HealthLake on a port, with a bucket and an ear on the bus. */
export async function openLaptop(
  options: HealthLakeOptions = {},
  directory = mkdtempSync(join(tmpdir(), 'healthlake-')),
  bucket = tinyBucket(),
): Promise<Laptop> {
  const events: BusEvent[] = [];
  const bus = {
    name: 'events',
    targets: [],
    handle: async () => {},
    stop: async () => {},
    publish: (event: BusEvent) => void events.push(event),
  };
  const server = await startServer({
    directory,
    port: 0,
    services: (context) => [bus, bucket, createHealthLakeService(context, { importStepMs: 5, ...options })],
  });
  const client = new HealthLakeClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  return {
    client,
    bucket,
    events,
    directory,
    endpoint: server.endpoint,
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}

export function discard(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 1500; turn += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen in time');
}

export async function activeDatastore({ client }: Laptop): Promise<string> {
  const { DatastoreId } = await client.send(
    new CreateFHIRDatastoreCommand({ DatastoreTypeVersion: 'R4', DatastoreName: 'test' }),
  );
  await until(async () => {
    const { DatastoreProperties } = await client.send(new DescribeFHIRDatastoreCommand({ DatastoreId }));
    return DatastoreProperties?.DatastoreStatus === 'ACTIVE' ? true : undefined;
  });
  return DatastoreId ?? '';
}

export function importRequest(
  datastore: string,
  prefix: string,
  more: Partial<StartFHIRImportJobCommandInput> = {},
): StartFHIRImportJobCommandInput {
  return {
    DatastoreId: datastore,
    DataAccessRoleArn: ROLE,
    InputDataConfig: { S3Uri: `s3://work/${prefix}/` },
    JobOutputDataConfig: { S3Configuration: { S3Uri: `s3://work/out/${prefix}/`, KmsKeyId: KMS } },
    ...more,
  };
}

export async function ended(
  { client }: Laptop,
  datastore: string,
  job: string | undefined,
): Promise<ImportJobProperties> {
  return until(async () => {
    const { ImportJobProperties: job_ } = await client.send(
      new DescribeFHIRImportJobCommand({ DatastoreId: datastore, JobId: job }),
    );
    return /COMPLETED|FAILED/.test(job_?.JobStatus ?? '') ? job_ : undefined;
  });
}

/** Puts lines as one file, imports them and waits for the end. */
export async function importLines(
  laptop: Laptop,
  datastore: string,
  prefix: string,
  lines: readonly unknown[],
): Promise<ImportJobProperties> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  laptop.bucket.objects.set(`work/${prefix}/000.ndjson`, Buffer.from(text));
  const { JobId } = await laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, prefix)));
  return ended(laptop, datastore, JobId);
}

export function outputLines(laptop: Laptop, job: ImportJobProperties, name: string): OutputLine[] {
  const folder = job.JobOutputDataConfig?.S3Configuration?.S3Uri?.replace('s3://', '') ?? '';
  const text = laptop.bucket.objects.get(folder + name)?.toString('utf8');
  if (text === undefined) throw new Error(`There is no ${name}`);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
