import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HealthLakeClient, ListFHIRDatastoresCommand, ListFHIRImportJobsCommand } from '@aws-sdk/client-healthlake';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

/** Watches a pipeline in another process through AWS's own APIs, so as to know when to kill it and what was done by then. */
export function observe(endpoint: string) {
  const settings = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const healthlake = new HealthLakeClient(settings);
  return {
    /** Chunks that say they are whole. */
    async convertedChunks(): Promise<number> {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: 'tributary-work', Prefix: 'batches/' }),
      );
      return Contents.filter(({ Key = '' }) => Key.includes('/summaries/')).length;
    },
    async importJobStatuses(): Promise<(string | undefined)[]> {
      const { DatastorePropertiesList = [] } = await healthlake.send(new ListFHIRDatastoresCommand({}));
      const { ImportJobPropertiesList = [] } = await healthlake.send(
        new ListFHIRImportJobsCommand({ DatastoreId: DatastorePropertiesList[0]?.DatastoreId }),
      );
      return ImportJobPropertiesList.map(({ JobStatus }) => JobStatus);
    },
  };
}

/** Chunks whose child of the map had succeeded when the process was killed: read from what it left on the disk. */
export function finishedChunks(directory: string): number[] {
  const database = new DatabaseSync(join(directory, 'stepfunctions', 'stepfunctions.sqlite'), { readOnly: true });
  const rows = database
    .prepare("SELECT output FROM executions WHERE status = 'SUCCEEDED' AND mapRun LIKE '%tributary-ingest%'")
    .all();
  database.close();
  return rows.map(({ output }) => (JSON.parse(String(output)) as { chunk: number }).chunk);
}

/** How often Convert was called for each chunk, by the record of the handler before it. */
export function convertCalls(record: string): ReadonlyMap<number, number> {
  const calls = new Map<number, number>();
  const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
  for (const line of text.split('\n').filter((entry) => entry !== '')) {
    const { chunk } = (JSON.parse(line) as { chunk: { chunk: number } }).chunk;
    calls.set(chunk, (calls.get(chunk) ?? 0) + 1);
  }
  return calls;
}
