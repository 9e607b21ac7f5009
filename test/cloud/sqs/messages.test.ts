import { createHash, randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudEndpoint } from '../endpoint.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('SQS messages', () => {
  let cloud: Awaited<ReturnType<typeof cloudEndpoint>>;
  let sqs: SQSClient;

  beforeAll(async () => {
    cloud = await cloudEndpoint();
    sqs = new SQSClient({ endpoint: cloud.endpoint });
  });
  afterAll(async () => {
    sqs.destroy();
    await cloud.stop();
  });

  const create = async (Attributes: Record<string, string> = {}): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `tributary-test-${randomUUID()}`, Attributes })))
      .QueueUrl as string;
  const send = (QueueUrl: string, MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, ...more })))
      .Messages ?? [];
  const count = async (
    QueueUrl: string,
    name:
      | 'ApproximateNumberOfMessages'
      | 'ApproximateNumberOfMessagesNotVisible'
      | 'ApproximateNumberOfMessagesDelayed',
  ) => Number((await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name]);

  test('a message comes back with its id, body and digest', async () => {
    const url = await create();
    const sent = await send(url, 'Grüße\tand\nlines');
    expect(sent.MD5OfMessageBody).toBe(md5('Grüße\tand\nlines'));
    const [message] = await receive(url);
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Grüße\tand\nlines',
      MD5OfBody: sent.MD5OfMessageBody,
    });
  });

  test('message attributes come back when asked for, with the digest of those that came', async () => {
    const QueueUrl = await create();
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'words' },
      number: { DataType: 'Number', StringValue: '42' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 1, 254, 255]) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'body', MessageAttributes }));
    const [message] = await receive(QueueUrl, { MessageAttributeNames: ['All'] });
    expect(message?.MessageAttributes).toMatchObject({
      text: { StringValue: 'words' },
      number: { DataType: 'Number', StringValue: '42' },
    });
    expect([...(message?.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([0, 1, 254, 255]);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  test('the digest of message attributes is the one that AWS documents', async () => {
    const QueueUrl = await create();
    const MessageAttributes = { name: { DataType: 'String', StringValue: 'value' } };
    const { MD5OfMessageAttributes } = await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'body', MessageAttributes }),
    );
    // Length in four bytes and text of name and type, 1 for a string, length and text of the value.
    const bytes = `\0\0\0\x04name\0\0\0\x06String\x01\0\0\0\x05value`;
    expect(MD5OfMessageAttributes).toBe(md5(bytes));
  });

  test('attributes that were not asked for stay away', async () => {
    const QueueUrl = await create();
    const MessageAttributes = {
      a: { DataType: 'String', StringValue: '1' },
      b: { DataType: 'String', StringValue: '2' },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'body', MessageAttributes }));
    const [message] = await receive(QueueUrl, { MessageAttributeNames: ['b'] });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['b']);
    expect(message?.Attributes).toBeUndefined();
  });

  test('a received message is hidden, shows up after its timeout, and counts its receives', async () => {
    const url = await create();
    const before = Date.now();
    await send(url, 'body');
    const [first] = await receive(url, { VisibilityTimeout: 1, MessageSystemAttributeNames: ['All'] });
    expect(first?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(Math.abs(Number(first?.Attributes?.SentTimestamp) - before)).toBeLessThan(60_000);
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    const [second] = await receive(url, {
      WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test('the older parameter AttributeNames gives system attributes too', async () => {
    const url = await create();
    await send(url, 'body');
    const [message] = await receive(url, { AttributeNames: ['ApproximateReceiveCount' as QueueAttributeName] });
    expect(message?.Attributes).toEqual({ ApproximateReceiveCount: '1' });
  });

  test('a visibility changed to zero shows the message at once and is no receive', async () => {
    const QueueUrl = await create();
    await send(QueueUrl, 'body');
    const [first] = await receive(QueueUrl);
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const [second] = await receive(QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('a prolonged visibility keeps the message hidden', async () => {
    const QueueUrl = await create();
    await send(QueueUrl, 'body');
    const [first] = await receive(QueueUrl, { VisibilityTimeout: 1 });
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 60 }),
    );
    expect(await receive(QueueUrl, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  test('a deleted message does not come back', async () => {
    const QueueUrl = await create();
    await send(QueueUrl, 'body');
    const [message] = await receive(QueueUrl, { VisibilityTimeout: 1 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive(QueueUrl, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  test('a long poll ends as soon as a message arrives', async () => {
    const url = await create();
    const started = Date.now();
    const polled = receive(url, { WaitTimeSeconds: 15 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await send(url, 'late');
    expect((await polled).map((message) => message.Body)).toEqual(['late']);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('a delayed message waits', async () => {
    const QueueUrl = await create();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'body', DelaySeconds: 2 }));
    expect(await receive(QueueUrl, { WaitTimeSeconds: 0 })).toEqual([]);
    expect(await count(QueueUrl, 'ApproximateNumberOfMessagesDelayed')).toBe(1);
    expect(await receive(QueueUrl, { WaitTimeSeconds: 8 })).toHaveLength(1);
  });

  test('a batch is sent, hidden and deleted entry by entry, and a bad entry fails alone', async () => {
    const QueueUrl = await create();
    const Entries = ['one', 'two', 'three'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map((entry) => [entry.Id, entry.MD5OfMessageBody])).toEqual(
      Entries.map((entry) => [entry.Id, md5(entry.MessageBody)]),
    );
    const messages = [...(await receive(QueueUrl)), ...(await receive(QueueUrl, { WaitTimeSeconds: 0 }))];
    expect(messages.map((message) => message.Body).sort()).toEqual(['body one', 'body three', 'body two']);
    const handles = messages.map(({ ReceiptHandle }, at) => ({
      Id: String(at),
      ReceiptHandle: ReceiptHandle as string,
    }));
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 30 })),
      }),
    );
    expect(changed.Successful).toHaveLength(3);
    const bad = { Id: 'bad', ReceiptHandle: 'not-a-handle' };
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [...handles, bad] }));
    expect(deleted.Successful?.map((entry) => entry.Id).sort()).toEqual(['0', '1', '2']);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
  });

  test.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, at) => ({ Id: String(at), MessageBody: 'body' }))],
    [
      'BatchEntryIdsNotDistinct',
      [
        { Id: 'same', MessageBody: 'one' },
        { Id: 'same', MessageBody: 'two' },
      ],
    ],
  ])('a batch is refused whole as %s', async (name, Entries) => {
    const QueueUrl = await create();
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });

  test.each([1, 2, 3])(
    'a message is delivered %i times before it goes to the dead-letter queue',
    async (maxReceiveCount) => {
      const dead = await create();
      const arn = (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] })))
        .Attributes?.['QueueArn'];
      const QueueUrl = await create({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount }) });
      const sent = await send(QueueUrl, 'poison');
      for (let delivery = 1; delivery <= maxReceiveCount; delivery += 1) {
        const [message] = await receive(QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
        expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(delivery));
        await sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
        );
      }
      expect(await receive(QueueUrl, { WaitTimeSeconds: 1 })).toEqual([]);
      const [dying] = await receive(dead, { WaitTimeSeconds: 5 });
      expect(dying).toMatchObject({ MessageId: sent.MessageId, Body: 'poison' });
    },
  );

  test('messages that wait and messages in flight are counted apart', async () => {
    const QueueUrl = await create();
    for (const body of ['one', 'two', 'three']) await send(QueueUrl, body);
    await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    expect(await count(QueueUrl, 'ApproximateNumberOfMessages')).toBe(2);
    expect(await count(QueueUrl, 'ApproximateNumberOfMessagesNotVisible')).toBe(1);
  });

  test('what was never a receipt handle is refused', async () => {
    const QueueUrl = await create();
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' }))).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  });
});
