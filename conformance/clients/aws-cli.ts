import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { admission, hl7, msh } from '../../test/end-to-end/support/hl7.ts';

const WAIT_MS = 60_000;

/** The version that answers, or undefined where there is no AWS CLI. */
export function awsCliVersion(): string | undefined {
  const { status, stdout, stderr } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

type Aws = (...args: readonly string[]) => Promise<unknown>;

/** Drives the whole pipeline with the AWS CLI; gives the number of checks that failed. */
export async function driveWithAwsCli(endpoint: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-aws-cli-'));
  const aws: Aws = (...args) => call(endpoint, args);
  const checks: readonly [string, () => Promise<void>][] = [
    ['put an object into the inbox', () => putObject(aws, folder)],
    ['put a message on the bus', () => putEvent(aws)],
    ['list the executions', () => listExecutions(aws)],
    ['receive a dead letter', () => receiveDeadLetter(aws)],
    ['describe the import job and read its manifest', () => readManifest(aws)],
  ];
  let failed = 0;
  for (const [title, check] of checks) {
    try {
      await check();
      console.log(`${title}: passed`);
    } catch (error) {
      failed += 1;
      console.log(`${title}: failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  rmSync(folder, { recursive: true });
  console.log(`AWS CLI: ${checks.length - failed} passed, ${failed} failed`);
  return failed;
}

const run = promisify(execFile);

// Never in step with the child: the cloud that it asks lives in this process.
async function call(endpoint: string, args: readonly string[]): Promise<unknown> {
  const all = ['--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json', ...args];
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_PAGER: '' };
  const { stdout } = await run('aws', all, { env });
  return stdout.trim().startsWith('{') ? JSON.parse(stdout) : stdout;
}

function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`expected ${what}`);
}

async function putObject(aws: Aws, folder: string): Promise<void> {
  const file = join(folder, 'cli.hl7');
  writeFileSync(file, admission('K1', '41001') + hl7(msh('K2', { type: 'QBP^Q22^QBP_Q21' }), 'QPD|Q22'));
  await aws('s3', 'cp', file, 's3://tributary-inbox/tenants/demo/in/default/cli.hl7');
}

async function putEvent(aws: Aws): Promise<void> {
  const Detail = JSON.stringify({ version: '1', tenant: 'demo', feed: 'default', message: admission('K3', '41003') });
  const entry = { EventBusName: 'tributary-engine', Source: 'engine', DetailType: 'HL7 v2 Message', Detail };
  const answer = (await aws('events', 'put-events', '--entries', JSON.stringify([entry]))) as {
    FailedEntryCount: number;
  };
  expect(answer.FailedEntryCount === 0, 'the bus to take the event');
}

async function listExecutions(aws: Aws): Promise<void> {
  const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:tributary-import';
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { executions } = (await aws('stepfunctions', 'list-executions', '--state-machine-arn', arn)) as {
      executions: { status: string }[];
    };
    if (
      executions.some(({ status }) => status === 'SUCCEEDED') &&
      !executions.some(({ status }) => status === 'RUNNING')
    )
      return;
    expect(Date.now() < deadline, 'an import that succeeds');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function receiveDeadLetter(aws: Aws): Promise<void> {
  const { QueueUrl } = (await aws('sqs', 'get-queue-url', '--queue-name', 'tributary-dead-letters')) as {
    QueueUrl: string;
  };
  const { Messages = [] } = (await aws(
    'sqs',
    'receive-message',
    '--queue-url',
    QueueUrl,
    '--wait-time-seconds',
    '15',
  )) as {
    Messages?: { Body: string }[];
  };
  const pointer = JSON.parse(Messages[0]?.Body ?? '{}') as { reason?: string; ordinal?: number };
  expect(pointer.reason === 'message-type-unsupported' && pointer.ordinal === 2, 'the pointer of message 2');
}

async function readManifest(aws: Aws): Promise<void> {
  const { DatastorePropertiesList: stores } = (await aws('healthlake', 'list-fhir-datastores')) as {
    DatastorePropertiesList: { DatastoreId: string }[];
  };
  const store = ['--datastore-id', stores[0]?.DatastoreId ?? ''];
  const { ImportJobPropertiesList: jobs } = (await aws('healthlake', 'list-fhir-import-jobs', ...store)) as {
    ImportJobPropertiesList: { JobId: string }[];
  };
  const { ImportJobProperties: job } = (await aws(
    ...['healthlake', 'describe-fhir-import-job', ...store, '--job-id', jobs[0]?.JobId ?? ''],
  )) as { ImportJobProperties: { JobStatus: string; JobOutputDataConfig: { S3Configuration: { S3Uri: string } } } };
  expect(job.JobStatus === 'COMPLETED', 'a job that is COMPLETED');
  const uri = job.JobOutputDataConfig.S3Configuration.S3Uri.replace(/\/?$/, '/Manifest.json');
  const manifest = (await aws('s3', 'cp', uri, '-')) as { numberOfResourcesScanned: number };
  expect(manifest.numberOfResourcesScanned > 0, 'a manifest that counts resources');
}
