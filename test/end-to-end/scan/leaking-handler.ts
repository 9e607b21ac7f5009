import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { word } from './canary.ts';
import { recorded } from './recording-handler.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Environment = Readonly<Record<string, string | undefined>>;

const record = new URL(import.meta.url).searchParams.get('record') ?? '';
const done = new Set<string>();

/** Stands before a task's real handler and lets one canary out by each way there is, each in another encoding. */
export function createHandler(environment: Environment): Handler {
  const task = (environment['AWS_LAMBDA_FUNCTION_NAME'] ?? '').replace('tributary-', '');
  return recorded(environment, (handler) => (leaks[task] ?? ((real) => real))(handler, environment), record);
}

const leaks: Readonly<Record<string, (handler: Handler, environment: Environment) => Handler>> = {
  // An answer of a task becomes the output of a state.
  Receive: (handler) => async (event, context) => ({
    ...((await handler(event, context)) as object),
    note: Buffer.from(`x${word('leak: output')}`).toString('base64'),
  }),
  // What a task throws becomes the cause of an execution; the name is one that is tried again.
  Split: (handler) => async (event, context) => {
    if (done.has('Split')) return await handler(event, context);
    done.add('Split');
    throw Object.assign(new Error(`not a date: ${word('leak: error').toUpperCase()}`), { name: 'LedgerBusyError' });
  },
  Convert: (handler, environment) => async (event, context) => {
    const answer = await handler(event, context);
    console.log(encodeURIComponent(`[${word('leak: log')}]`));
    await leakPath(environment, event as { batch: string });
    return answer;
  },
  Seal: (handler, environment) => async (event, context) => {
    const answer = await handler(event, context);
    await leakNames(environment);
    return answer;
  },
};

/** A path that quotes a value: the dead-letter pointer and the command tell it on. */
async function leakPath({ WORK_BUCKET: Bucket }: Environment, { batch }: { batch: string }): Promise<void> {
  const client = new S3Client({});
  const Key = `batches/${batch}/outcomes/000000.ndjson`;
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? '';
  const leaking = text.replaceAll('"path":"MSH-9"', `"path":"${word('leak: path')}"`);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: leaking }));
}

/** Keys, names, queues and payloads. */
async function leakNames(environment: Environment): Promise<void> {
  const hex = Buffer.from(word('leak: object key')).toString('hex');
  await new S3Client({}).send(
    new PutObjectCommand({ Bucket: environment['WORK_BUCKET'], Key: `batches/${hex}`, Body: '-' }),
  );
  await new SQSClient({}).send(
    new SendMessageCommand({
      ...{ QueueUrl: environment['DEAD_LETTER_QUEUE_URL'], MessageBody: '{}' },
      MessageAttributes: { from: { DataType: 'String', StringValue: word('leak: queue attribute') } },
    }),
  );
  await new DynamoDBClient({}).send(
    new PutItemCommand({
      TableName: environment['LEDGER_TABLE'],
      Item: { pk: { S: `head#${word('leak: ledger key').toLowerCase()}` }, sk: { S: 'head' } },
    }),
  );
  await new LambdaClient({}).send(
    new InvokeCommand({
      ...{ FunctionName: 'tributary-Sweep', InvocationType: 'Event' },
      Payload: JSON.stringify({ why: word('leak: payload') }),
    }),
  );
  await new SFNClient({}).send(
    new StartExecutionCommand({
      stateMachineArn: `${environment['STATE_MACHINE_ARN_PREFIX']}tributary-import`,
      ...{ name: word('leak: execution name'), input: JSON.stringify({ tenant: 'demo' }) },
    }),
  );
}
