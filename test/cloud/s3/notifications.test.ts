import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Laboratory, openLaboratory } from './bucket.ts';

let lab: Laboratory;
let sqs: SQSClient;
let bus: EventBridgeClient;
let bucket: string;
let QueueUrl: string;
const name = `tributary-test-${crypto.randomUUID()}`;

beforeAll(async () => {
  lab = await openLaboratory();
  sqs = new SQSClient({ endpoint: lab.endpoint });
  bus = new EventBridgeClient({ endpoint: lab.endpoint });
  bucket = await lab.bucket({ versioned: true });
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl as string;
  const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Arn = asked.Attributes?.['QueueArn'] as string;
  const pattern = { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [bucket] } } };
  const { RuleArn } = await bus.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy(Arn, RuleArn as string) } }));
  await bus.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn }] }));
});

afterAll(async () => {
  await bus.send(new RemoveTargetsCommand({ Rule: name, Ids: ['queue'] }));
  await bus.send(new DeleteRuleCommand({ Name: name }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await lab.stop();
});

const policy = (queueArn: string, ruleArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
    ],
  });

interface ObjectCreated {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly size: number; readonly 'version-id': string };
  };
}

async function received(count: number): Promise<ObjectCreated[]> {
  const events: ObjectCreated[] = [];
  for (let tries = 0; tries < 10 && events.length < count; tries++) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 }),
    );
    events.push(...(Messages ?? []).map(({ Body }) => JSON.parse(Body as string) as ObjectCreated));
  }
  return events;
}

it('a put into a bucket with EventBridge arrives in the queue of a rule, key and version included', async () => {
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await lab.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
  const Key = 'inbox/lab ü+1/drop.hl7';
  const { VersionId } = await lab.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'four' }));
  const [event] = await received(1);
  expect(event).toMatchObject({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key: Key, size: 4, 'version-id': VersionId } },
  });
});
