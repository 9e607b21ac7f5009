import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENT, runMachine, startWorkflowCloud, type WorkflowCloud } from './workflow-cloud.ts';

let cloud: WorkflowCloud;
let s3: S3Client;
let made = 0;

beforeAll(async () => {
  cloud = await startWorkflowCloud({ speed: 20 });
  s3 = new S3Client({ ...CLIENT, endpoint: cloud.server.endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'work' }));
  const lines = [1, 2, 3, 4, 5].map((n) => JSON.stringify({ n }));
  await s3.send(new PutObjectCommand({ Bucket: 'work', Key: 'chunks.ndjson', Body: `${lines.join('\n')}\n` }));
  await s3.send(new PutObjectCommand({ Bucket: 'work', Key: 'array.json', Body: '[10,20]' }));
  await s3.send(new PutObjectCommand({ Bucket: 'work', Key: 'broken.ndjson', Body: '{"n":1}\n{oops\n' }));
});

afterAll(() => cloud.stop());

const reader = (Key: string, InputType = 'JSONL') => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType },
    Arguments: { Bucket: 'work', Key },
  },
});
const writer = (more: object = {}) => ({
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: 'work', Prefix: 'results/' },
    ...more,
  },
});
const pass = (Output: unknown = '{% $states.input %}') => ({ P: { Type: 'Pass', Output, End: true } });

function run(map: object, children: Record<string, unknown> = pass(), more: Record<string, unknown> = {}) {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: Object.keys(children)[0],
    States: children,
  };
  const next = Object.keys(more).length > 0 ? { Next: Object.keys(more)[0] } : { End: true };
  const M = { Type: 'Map', Label: 'Chunks', MaxConcurrency: 2, ItemProcessor, ...map, ...next };
  made += 1;
  return runMachine(cloud.sfn, `distributed-${made}`, {
    QueryLanguage: 'JSONata',
    StartAt: 'M',
    States: { M, ...more },
  });
}

async function mapRunOf(executionArn: string | undefined) {
  const { mapRuns = [] } = await cloud.sfn.send(new ListMapRunsCommand({ executionArn }));
  return cloud.sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}

const json = async (Key: string | undefined) =>
  JSON.parse(
    (await (await s3.send(new GetObjectCommand({ Bucket: 'work', Key }))).Body?.transformToString()) ?? 'null',
  );

it('reads JSON Lines, selects items with index and value, and gives outputs in order', async () => {
  const ItemSelector = { i: '{% $states.context.Map.Item.Index %}', n: '{% $states.context.Map.Item.Value.n %}' };
  const { execution, history } = await run(
    { ...reader('chunks.ndjson'), ItemSelector },
    pass('{% $states.input.i * 100 + $states.input.n %}'),
  );
  expect(JSON.parse(execution.output ?? 'null')).toEqual([1, 102, 203, 304, 405]);
  expect(history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
});

it('lists its children by Map Run, each an execution with its own history', async () => {
  const { execution } = await run(reader('array.json', 'JSON'));
  const mapRun = await mapRunOf(execution.executionArn);
  expect(mapRun).toMatchObject({
    status: 'SUCCEEDED',
    maxConcurrency: 2,
    itemCounts: { total: 2, succeeded: 2 },
    executionCounts: { total: 2, pending: 0 },
  });
  expect(mapRun.mapRunArn).toMatch(/:mapRun:distributed-\d+\/Chunks:[0-9a-f-]+$/);
  const { executions = [] } = await cloud.sfn.send(new ListExecutionsCommand({ mapRunArn: mapRun.mapRunArn }));
  expect(executions.map(({ itemCount, status }) => [itemCount, status])).toEqual([
    [1, 'SUCCEEDED'],
    [1, 'SUCCEEDED'],
  ]);
  const child = await cloud.sfn.send(new DescribeExecutionCommand({ executionArn: executions[1]?.executionArn }));
  expect(child).toMatchObject({ input: '10', output: '10', mapRunArn: mapRun.mapRunArn });
  const { events = [] } = await cloud.sfn.send(new GetExecutionHistoryCommand({ executionArn: child.executionArn }));
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
});

it('makes batches with a shared input', async () => {
  const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { shared: true } };
  const { execution } = await run({ ...reader('chunks.ndjson'), ItemBatcher });
  expect(JSON.parse(execution.output ?? 'null')).toEqual([
    { BatchInput: { shared: true }, Items: [{ n: 1 }, { n: 2 }] },
    { BatchInput: { shared: true }, Items: [{ n: 3 }, { n: 4 }] },
    { BatchInput: { shared: true }, Items: [{ n: 5 }] },
  ]);
  expect((await mapRunOf(execution.executionArn)).itemCounts).toMatchObject({ total: 5, succeeded: 5 });
});

it('keeps batches within their bytes', async () => {
  const { execution } = await run({ Items: ['aaaa', 'bbbb', 'cccc'], ItemBatcher: { MaxInputBytesPerBatch: 25 } });
  const batches = JSON.parse(execution.output ?? 'null') as { Items: string[] }[];
  expect(batches.map(({ Items }) => Items)).toEqual([['aaaa', 'bbbb'], ['cccc']]);
  for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(25);
});

it('cannot see outer variables in its children', async () => {
  const Assign = { P: { Type: 'Pass', Output: '{% $exists($outer) %}', End: true } };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'P',
    States: Assign,
  };
  const States = {
    A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'M' },
    M: { Type: 'Map', Items: [1], ItemProcessor, End: true },
  };
  const { execution } = await runMachine(cloud.sfn, 'distributed-scope', {
    QueryLanguage: 'JSONata',
    StartAt: 'A',
    States,
  });
  expect(execution.output).toBe('[false]');
});

const failing = {
  C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n = 2 %}', Next: 'F' }], Default: 'P' },
  F: { Type: 'Fail', Error: 'ChunkBroke', Cause: 'n is two' },
  ...pass(),
};

it('tolerates failures up to its percentage and writes results and a manifest', async () => {
  const { execution } = await run({ ...reader('chunks.ndjson'), ...writer(), ToleratedFailurePercentage: 20 }, failing);
  const output = JSON.parse(execution.output ?? 'null');
  expect(output.ResultWriterDetails).toMatchObject({
    Bucket: 'work',
    Key: expect.stringMatching(/^results\/[0-9a-f-]+\/manifest\.json$/),
  });
  const manifest = await json(output.ResultWriterDetails.Key);
  expect(manifest).toMatchObject({
    DestinationBucket: 'work',
    MapRunArn: output.MapRunArn,
    ResultFiles: { PENDING: [] },
  });
  const succeeded = await json(manifest.ResultFiles.SUCCEEDED[0].Key);
  expect(succeeded.map((child: { Output: string }) => child.Output)).toEqual([
    '{"n":1}',
    '{"n":3}',
    '{"n":4}',
    '{"n":5}',
  ]);
  const failed = await json(manifest.ResultFiles.FAILED[0].Key);
  expect(failed).toEqual([
    expect.objectContaining({ Error: 'ChunkBroke', Cause: 'n is two', Input: '{"n":2}', Status: 'FAILED' }),
  ]);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: 'work', Prefix: output.ResultWriterDetails.Key.replace('manifest.json', '') }),
  );
  expect(Contents.map(({ Key }) => Key?.split('/').at(-1))).toEqual([
    'FAILED_0.json',
    'SUCCEEDED_0.json',
    'manifest.json',
  ]);
  expect((await mapRunOf(execution.executionArn)).itemCounts).toMatchObject({ succeeded: 4, failed: 1 });
});

it('writes outputs alone when compacted, and as JSON Lines', async () => {
  const { execution } = await run({
    ...reader('chunks.ndjson'),
    ...writer({ WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' } }),
  });
  const { Key } = JSON.parse(execution.output ?? 'null').ResultWriterDetails;
  const file = (await json(Key)).ResultFiles.SUCCEEDED[0].Key;
  expect(file).toMatch(/SUCCEEDED_0\.jsonl$/);
  const text = await (await s3.send(new GetObjectCommand({ Bucket: 'work', Key: file }))).Body?.transformToString();
  expect(text).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}');
});

it('fails past its tolerance, and Catch takes the error', async () => {
  const Catch = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Output: 'caught', Next: 'Z' }];
  const { execution, history } = await run({ ...reader('chunks.ndjson'), ToleratedFailureCount: 0, Catch }, failing, {
    Z: { Type: 'Succeed' },
  });
  expect(execution.output).toBe('"caught"');
  expect(history.map(({ type }) => type)).toContain('MapRunFailed');
  expect((await mapRunOf(execution.executionArn)).status).toBe('FAILED');
});

it('fails with States.ItemReaderFailed for a missing object and for a line that is not JSON', async () => {
  expect((await run(reader('missing.ndjson'))).execution.error).toBe('States.ItemReaderFailed');
  expect((await run(reader('broken.ndjson'))).execution).toMatchObject({
    error: 'States.ItemReaderFailed',
    cause: 'Line 2 is not JSON',
  });
});

it('fails with States.ResultWriterFailed when the bucket is not there', async () => {
  const lost = writer({ Arguments: { Bucket: 'nowhere', Prefix: 'a' } });
  expect((await run({ Items: [1], ...lost })).execution.error).toBe('States.ResultWriterFailed');
});

it('fails with States.DataLimitExceeded when results over 256 KiB have no writer', async () => {
  const { execution } = await run({ Items: [1, 2] }, pass("{% $pad('', 200000, 'x') %}"));
  expect(execution.error).toBe('States.DataLimitExceeded');
});

it('runs over no items at all', async () => {
  expect((await run({ Items: [] })).execution).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
});
