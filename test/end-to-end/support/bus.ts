import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueUrl } from './queue.ts';

/** Puts an event on the bus of the integration engines, as an engine would; gives the event's id. */
export async function postEvent(detail: unknown): Promise<string> {
  const entry = { EventBusName: 'tributary-engine', Source: 'engine', DetailType: 'HL7 v2 Message' };
  const { Entries = [] } = await new EventBridgeClient({}).send(
    new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] }),
  );
  const [{ EventId } = {}] = Entries;
  if (EventId === undefined) throw new Error('The bus did not take the event');
  return EventId;
}

/** Puts a body into the queue of arrivals by hand, past every rule. */
export async function sendArrival(body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  await new SQSClient({}).send(
    new SendMessageCommand({ QueueUrl: await queueUrl('tributary-arrivals'), MessageBody: text }),
  );
}

/** S3's `Object Created` as EventBridge delivers it (S3 user guide, "EventBridge event message structure"). */
export function objectCreated(id: string, bucket: string, key: string, size: number, version?: string): unknown {
  return {
    ...{ version: '0', id, 'detail-type': 'Object Created', source: 'aws.s3', account: '000000000000' },
    ...{ time: '2026-01-05T10:15:00Z', region: 'us-east-1', resources: [`arn:aws:s3:::${bucket}`] },
    detail: {
      ...{ version: '0', bucket: { name: bucket }, reason: 'PutObject' },
      object: { key, size, etag: '', sequencer: '', ...(version === undefined ? {} : { 'version-id': version }) },
    },
  };
}
