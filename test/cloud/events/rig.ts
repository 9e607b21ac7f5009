import { randomUUID } from 'node:crypto';
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { cloudEndpoint } from '../endpoint.ts';

export interface TestQueue {
  readonly url: string;
  readonly arn: string;
}

/** Clients, and what the suites repeat: a queue that EventBridge may send to, a rule with that queue as target. */
export async function openRig() {
  const cloud = await cloudEndpoint();
  const events = new EventBridgeClient({ endpoint: cloud.endpoint });
  const sqs = new SQSClient({ endpoint: cloud.endpoint });

  const createQueue = async (): Promise<TestQueue> => {
    const url = (await sqs.send(new CreateQueueCommand({ QueueName: unique() }))).QueueUrl as string;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    const arn = Attributes?.['QueueArn'] as string;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
      ],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    return { url, arn };
  };

  const receiveOne = async (queue: TestQueue, WaitTimeSeconds: number) => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds, MessageAttributeNames: ['All'] }),
    );
    const message = Messages?.[0];
    if (message)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));
    return message;
  };

  return {
    endpoint: cloud.endpoint,
    events,
    sqs,
    createQueue,
    receiveOne,
    /** A rule of its own source, so that suites do not hear each other; gives that source, the rule's name and queue. */
    async ruleToQueue(pattern: object, target: Partial<Target> = {}, EventBusName?: string) {
      const source = unique();
      const Name = unique();
      const queue = await createQueue();
      const EventPattern = JSON.stringify({ source: [source], ...pattern });
      const { RuleArn } = await events.send(new PutRuleCommand({ Name, EventPattern, EventBusName }));
      await events.send(
        new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: 'queue', Arn: queue.arn, ...target }] }),
      );
      return { source, Name, RuleArn, queue };
    },
    async put(entry: PutEventsRequestEntry & { readonly Detail: string }) {
      return events.send(new PutEventsCommand({ Entries: [{ DetailType: 'Test', ...entry }] }));
    },
    /** The next body as JSON; throws when none comes within `seconds`. */
    async nextBody(queue: TestQueue, seconds = 15): Promise<Record<string, unknown>> {
      const message = await receiveOne(queue, seconds);
      if (!message) throw new Error('No message came');
      return JSON.parse(message.Body ?? '') as Record<string, unknown>;
    },
    async close(): Promise<void> {
      events.destroy();
      sqs.destroy();
      await cloud.stop();
    },
  };
}

export function unique(): string {
  return `tributary-test-${randomUUID()}`;
}
