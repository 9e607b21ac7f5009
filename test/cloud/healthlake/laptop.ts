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
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createHealthLakeService, type HealthLakeOptions } from '../../../local/healthlake/healthlake.ts';
import { createS3Service } from '../../../local/s3/s3-service.ts';
import { startServer } from '../../../local/server.ts';
import type { BusEvent } from '../../../local/service.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/import';
export const KMS = 'alias/tenant';
const BUCKET = 'work';

export interface Laptop {
  readonly client: HealthLakeClient;
  readonly events: BusEvent[];
  readonly directory: string;
  readonly endpoint: string;
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** An object of the work bucket; rejects when there is none. */
  get(key: string): Promise<string>;
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

/** HealthLake and S3 on a port, with an ear on the bus; the bucket `work` exists. */
export async function openLaptop(
  options: HealthLakeOptions = {},
  directory = mkdtempSync(join(tmpdir(), 'healthlake-')),
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
    services: (context) => [
      bus,
      createS3Service(context),
      createHealthLakeService(context, { importStepMs: 5, ...options }),
    ],
  });
  const { endpoint } = server;
  const common = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  const client = new HealthLakeClient(common);
  const s3 = new S3Client({ ...common, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET })).catch((error: Error) => {
    if (!error.name.startsWith('BucketAlready')) throw error;
  });
  return {
    client,
    events,
    directory,
    endpoint,
    async put(key, body) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
    },
    async get(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async stop() {
      client.destroy();
      s3.destroy();
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
  await laptop.put(`${prefix}/000.ndjson`, text);
  const { JobId } = await laptop.client.send(new StartFHIRImportJobCommand(importRequest(datastore, prefix)));
  return ended(laptop, datastore, JobId);
}

/** The lines of one result file of a job; rejects with `NoSuchKey` when it was not written. */
export async function outputLines(laptop: Laptop, job: ImportJobProperties, name: string): Promise<OutputLine[]> {
  const folder = job.JobOutputDataConfig?.S3Configuration?.S3Uri?.replace(`s3://${BUCKET}/`, '') ?? '';
  const text = await laptop.get(folder + name);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
