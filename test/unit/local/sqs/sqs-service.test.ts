import {
  AddPermissionCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualTimers } from '../events/manual-timers.ts';
import { ownQueues } from './own-queues.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:';

describe('the queues of the embedded cloud', () => {
  let timers: ReturnType<typeof manualTimers>;
  let own: Awaited<ReturnType<typeof ownQueues>>;

  beforeEach(async () => {
    timers = manualTimers();
    own = await ownQueues(timers);
  });
  afterEach(() => own.stop());

  const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> =>
    (await own.client().send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string;
  const send = (QueueUrl: string, MessageBody = 'body') =>
    own.client().send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (QueueUrl: string, more: object = {}) =>
    (
      await own.client().send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          ...more,
        }),
      )
    ).Messages ?? [];

  test('messages, their counts and their invisibility outlive a restart; URLs follow the port', async () => {
    const before = await create('kept');
    for (const body of ['one', 'two']) await send(before, body);
    await receive(before, { MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    await own.restart();
    const after = (await own.client().send(new GetQueueUrlCommand({ QueueName: 'kept' }))).QueueUrl as string;
    expect(after).toBe(`${own.endpoint()}/000000000000/kept`);
    expect((await receive(after)).map((message) => message.Body)).toEqual(['two']);
    await timers.advance(60_000);
    expect(await receive(after)).toMatchObject([
      { Body: 'two', Attributes: { ApproximateReceiveCount: '2' } },
      { Body: 'one', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  test('a dead-lettered message keeps its id and its count over all queues, and names where it came from', async () => {
    await create('dead');
    const url = await create('live', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}dead`, maxReceiveCount: 1 }),
    });
    const { MessageId } = await send(url);
    await receive(url, { VisibilityTimeout: 1 });
    await timers.advance(1000);
    expect(await receive(url)).toEqual([]);
    const [message] = await receive(`${own.endpoint()}/000000000000/dead`);
    expect(message).toMatchObject({
      MessageId,
      Attributes: { ApproximateReceiveCount: '2', DeadLetterQueueSourceArn: `${ARN}live` },
    });
  });

  test('a message whose dead-letter queue has gone stays where it is', async () => {
    await create('dead');
    const url = await create('live', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}dead`, maxReceiveCount: 1 }),
    });
    await send(url);
    own.queues().receiveInternally('live', 1, 0);
    await own.client().send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '0' } }));
    await own.client().send(new DeleteQueueCommand({ QueueUrl: `${own.endpoint()}/000000000000/dead` }));
    expect(await receive(url)).toHaveLength(1);
  });

  test('a message past its retention is gone', async () => {
    const url = await create('short', { MessageRetentionPeriod: '60' });
    await send(url);
    await timers.advance(60_001);
    expect(await receive(url)).toEqual([]);
    const { Attributes } = await own
      .client()
      .send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }));
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
  });

  test('a handle of an earlier receive neither deletes nor hides', async () => {
    const QueueUrl = await create('stale');
    await send(QueueUrl);
    const [first] = await receive(QueueUrl, { VisibilityTimeout: 1 });
    await timers.advance(1000);
    const [second] = await receive(QueueUrl, { VisibilityTimeout: 1 });
    await own.client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    await timers.advance(1000);
    expect(await receive(QueueUrl, { VisibilityTimeout: 1 })).toMatchObject([{ MessageId: second?.MessageId }]);
    const late = own
      .client()
      .send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 5 }),
      );
    await expect(late).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('the visibility of a message that is visible again cannot be changed', async () => {
    const QueueUrl = await create('visible');
    await send(QueueUrl);
    const [message] = await receive(QueueUrl, { VisibilityTimeout: 1 });
    await timers.advance(1000);
    const late = own
      .client()
      .send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 5 }),
      );
    await expect(late).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  test('a poll whose client has gone takes no message', async () => {
    const url = await create('gone');
    const abort = new AbortController();
    const poll = own
      .client()
      .send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort.abort();
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await send(url);
    expect(await receive(url)).toMatchObject([{ Attributes: { ApproximateReceiveCount: '1' } }]);
  });

  test('from inside the process messages are sent, awaited, taken, put back and deleted', async () => {
    await create('inside');
    const queues = own.queues();
    const waited = queues.waitForMessages('inside', 60_000, new AbortController().signal);
    const messageId = queues.sendInternally('inside', 'body');
    await waited;
    const [first] = queues.receiveInternally('inside', 10, 30);
    expect(first).toMatchObject({
      messageId,
      body: 'body',
      attributes: { ApproximateReceiveCount: '1', SenderId: '000000000000' },
    });
    expect(queues.receiveInternally('inside', 10, 30)).toEqual([]);
    queues.changeVisibilityInternally('inside', first?.receiptHandle ?? '', 0);
    const [second] = queues.receiveInternally('inside', 10);
    expect(second?.attributes['ApproximateReceiveCount']).toBe('2');
    queues.deleteInternally('inside', second?.receiptHandle ?? '');
    await timers.advance(100_000);
    expect(queues.receiveInternally('inside', 10)).toEqual([]);
    expect(() => queues.sendInternally('absent', 'body')).toThrow(
      expect.objectContaining({ code: 'com.amazonaws.sqs#QueueDoesNotExist' }),
    );
  });

  test('one who waits inside the process wakes when a hidden message shows up', async () => {
    await create('inside');
    own.queues().sendInternally('inside', 'body');
    own.queues().receiveInternally('inside', 1, 5);
    let hasWoken = false;
    void own
      .queues()
      .waitForMessages('inside', 60_000, new AbortController().signal)
      .then(() => {
        hasWoken = true;
      });
    await timers.advance(4000);
    expect(hasWoken).toBe(false);
    await timers.advance(1001);
    expect(hasWoken).toBe(true);
  });

  test('what is not implemented is refused by name', async () => {
    const url = await create('plain');
    const refused = (name: string) => expect.objectContaining({ name });
    await expect(create('ordered.fifo', { FifoQueue: 'true' })).rejects.toEqual(refused('UnsupportedOperation'));
    await expect(own.client().send(new StartMessageMoveTaskCommand({ SourceArn: `${ARN}plain` }))).rejects.toEqual(
      refused('UnsupportedOperation'),
    );
    await expect(
      own.client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x', MessageGroupId: 'g' })),
    ).rejects.toEqual(refused('UnsupportedOperation'));
    await expect(
      own.client().send(new AddPermissionCommand({ QueueUrl: url, Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] })),
    ).rejects.toEqual(refused('UnknownOperationException'));
  });

  test.each([
    ['a control character', 'bad \u0001 byte', 'InvalidMessageContents'],
    ['half a surrogate pair', 'bad \uD800 half', 'InvalidMessageContents'],
    ['over 1 MiB', 'x'.repeat(1_048_577), 'InvalidParameterValue'],
  ])('a body with %s is refused', async (_what, body, name) => {
    const url = await create('strict');
    await expect(send(url, body)).rejects.toMatchObject({ name });
  });

  test('a body of exactly 1 MiB is taken, and a batch over it is refused', async () => {
    const QueueUrl = await create('large');
    await send(QueueUrl, 'x'.repeat(1_048_576));
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }));
    await expect(own.client().send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name: 'BatchRequestTooLong',
    });
  });

  test.each([
    ['VisibilityTimeout', '43201', 'InvalidAttributeValue'],
    ['DelaySeconds', 'soon', 'InvalidAttributeValue'],
    ['RedrivePolicy', '{"maxReceiveCount":3}', 'InvalidParameterValue'],
    ['RedriveAllowPolicy', '{"redrivePermission":"denyAll"}', 'UnsupportedOperation'],
    ['Nonsense', '1', 'InvalidAttributeName'],
  ])('the attribute %s = %s is refused', async (attribute, value, name) => {
    await expect(create('attributes', { [attribute]: value })).rejects.toMatchObject({ name });
  });
});
