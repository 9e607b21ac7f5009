import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLambdaService } from '../../../local/lambda/lambda-service.ts';
import { type RunningServer, startServer } from '../../../local/server.ts';
import { createSqsService } from '../../../local/sqs/sqs-service.ts';

interface Seen {
  readonly Records: readonly {
    readonly body: string;
    readonly eventSource: string;
    readonly eventSourceARN: string;
    readonly messageAttributes: unknown;
  }[];
}

let directory: string;
let server: RunningServer | undefined;
let seenFile: string;
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-sources-'));
  seenFile = join(directory, 'seen.ndjson');
});

afterEach(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(mapped = true): Promise<{ endpoint: string; sqs: SQSClient }> {
  const module = new URL('./handlers/queue.ts', import.meta.url).href;
  const functions = { Admit: { module, environment: { SEEN_FILE: seenFile }, timeoutSeconds: 5, memoryMb: 128 } };
  server = await startServer({
    directory,
    port: 0,
    services: (context) => {
      const queues = createSqsService(context);
      const lambda = createLambdaService(context, { functions, queues, workers: 1 });
      if (mapped) lambda.mapQueue('arrivals', 'Admit:1', 10);
      return [queues, lambda];
    },
  });
  return { endpoint: server.endpoint, sqs: new SQSClient({ ...settings, endpoint: server.endpoint }) };
}

const seen = (): Seen[] =>
  existsSync(seenFile)
    ? readFileSync(seenFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Seen)
    : [];
const bodies = (): string[] => seen().flatMap(({ Records }) => Records.map(({ body }) => body));

async function left(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return (
    Number(Attributes?.['ApproximateNumberOfMessages']) + Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
  );
}

it('hands queue messages over in the shape of an SQS event and deletes what succeeded', async () => {
  const { sqs } = await start();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'arrivals' }));
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'drop' } };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one', MessageAttributes }));
  await vi.waitFor(async () => expect(await left(sqs, QueueUrl)).toBe(0), { timeout: 8000 });
  expect(seen()[0]?.Records[0]).toMatchObject({
    body: 'one',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:arrivals',
    messageAttributes: {
      kind: { stringValue: 'drop', dataType: 'String', stringListValues: [], binaryListValues: [] },
    },
  });
});

it('makes only the failed messages of a batch visible again', async () => {
  const { sqs } = await start();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'arrivals' }));
  for (const MessageBody of ['good', 'fail once', 'other'])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await vi.waitFor(async () => expect(await left(sqs, QueueUrl)).toBe(0), { timeout: 10_000 });
  expect(bodies().sort()).toEqual(['fail once', 'fail once', 'good', 'other']);
});

it('goes on with the queue after a restart', async () => {
  const first = await start(false);
  const { QueueUrl = '' } = await first.sqs.send(new CreateQueueCommand({ QueueName: 'arrivals' }));
  await first.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'waited' }));
  await server?.stop();
  await start();
  await vi.waitFor(() => expect(bodies()).toEqual(['waited']), { timeout: 8000 });
});

it('runs an asynchronous invocation after its 202', async () => {
  const { endpoint } = await start(false);
  const client = new LambdaClient({ ...settings, endpoint });
  const Payload = JSON.stringify({ Records: [] });
  expect(
    (await client.send(new InvokeCommand({ FunctionName: 'Admit', InvocationType: 'Event', Payload }))).StatusCode,
  ).toBe(202);
  await vi.waitFor(() => expect(seen()).toHaveLength(1), { timeout: 8000 });
});
