import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** One pointer of the dead-letter queue. */
export interface Pointer {
  readonly batch: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly reason: string;
  readonly stage?: string;
  readonly path?: string;
  readonly refused?: number;
}

export async function queueUrl(name: string): Promise<string> {
  const { QueueUrl } = await new SQSClient({}).send(new GetQueueUrlCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`The queue ${name} has no URL`);
  return QueueUrl;
}

/** Takes everything that lies in the dead-letter queue. */
export async function takeDeadLetters(): Promise<Pointer[]> {
  const client = new SQSClient({});
  const url = await queueUrl('tributary-dead-letters');
  const pointers: Pointer[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return pointers;
    for (const { Body = '', ReceiptHandle = '' } of Messages) {
      pointers.push(JSON.parse(Body) as Pointer);
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
}
