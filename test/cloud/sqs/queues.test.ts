import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudEndpoint } from '../endpoint.ts';

describe('SQS queues', () => {
  let cloud: Awaited<ReturnType<typeof cloudEndpoint>>;
  let sqs: SQSClient;
  const unique = `tributary-test-${randomUUID()}`;

  beforeAll(async () => {
    cloud = await cloudEndpoint();
    sqs = new SQSClient({ endpoint: cloud.endpoint });
  });
  afterAll(async () => {
    sqs.destroy();
    await cloud.stop();
  });

  const create = async (
    suffix: string,
    Attributes: Partial<Record<QueueAttributeName, string>> = {},
  ): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `${unique}-${suffix}`, Attributes }))).QueueUrl as string;

  test('a created queue is found by name and by prefix, under one URL', async () => {
    const url = await create('found');
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: `${unique}-found` }))).QueueUrl).toBe(url);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${unique}-found` }))).QueueUrls).toEqual([url]);
    expect(new URL(url).pathname).toMatch(new RegExp(`^/\\d{12}/${unique}-found$`));
  });

  test('creating a queue again with the same attributes gives the same URL', async () => {
    const first = await create('again', { VisibilityTimeout: '45' });
    expect(await create('again', { VisibilityTimeout: '45' })).toBe(first);
  });

  test('creating a queue again with another attribute is refused', async () => {
    await create('differs', { VisibilityTimeout: '45' });
    await expect(create('differs', { VisibilityTimeout: '46' })).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  test('attributes are given back as they were set, with the ARN and the counts', async () => {
    const QueueUrl = await create('attributes', {
      VisibilityTimeout: '77',
      MessageRetentionPeriod: '3600',
      DelaySeconds: '3',
    });
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl,
        Attributes: { DelaySeconds: '0', ReceiveMessageWaitTimeSeconds: '2' },
      }),
    );
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      VisibilityTimeout: '77',
      MessageRetentionPeriod: '3600',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '2',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
    });
    expect(Attributes?.['QueueArn']).toMatch(new RegExp(`^arn:aws:sqs:[a-z0-9-]+:\\d{12}:${unique}-attributes$`));
    expect(Number(Attributes?.['CreatedTimestamp'])).toBeGreaterThan(1_700_000_000);
  });

  test('only the attributes that were asked for are given', async () => {
    const QueueUrl = await create('some');
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '30' });
  });

  test('a purged queue is empty and still there', async () => {
    const QueueUrl = await create('purged');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
  });

  test('a queue that is not there is refused by name, with the older code for older clients', async () => {
    const failure = await sqs
      .send(new GetQueueUrlCommand({ QueueName: `${unique}-absent` }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'QueueDoesNotExist',
      Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('a deleted queue takes no more messages', async () => {
    const QueueUrl = await create('deleted');
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('a redrive policy is given back, and one whose target is not there is refused', async () => {
    const dead = await create('dead');
    const arn = (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] })))
      .Attributes?.['QueueArn'];
    const policy = { deadLetterTargetArn: arn, maxReceiveCount: 3 };
    const QueueUrl = await create('live', { RedrivePolicy: JSON.stringify(policy) });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual(policy);
    const absent = JSON.stringify({ deadLetterTargetArn: `${arn}-absent`, maxReceiveCount: 3 });
    await expect(create('orphan', { RedrivePolicy: absent })).rejects.toThrow();
  });
});
