import { ACCOUNT, REGION, type Timers } from '../service.ts';
import type { QueueMessage, SqsQueues } from '../sqs/internal-queues.ts';
import type { Outcome } from './worker-messages.ts';

export type SourceQueues = Pick<
  SqsQueues,
  | 'queueExists'
  | 'receiveInternally'
  | 'showTakenInternally'
  | 'deleteInternally'
  | 'changeVisibilityInternally'
  | 'waitForMessages'
>;

export interface QueueSource {
  readonly queueName: string;
  readonly batchSize: number;
  readonly queues: SourceQueues;
  readonly timers: Timers;
  readonly invoke: (event: string) => Promise<Outcome>;
}

const POLL_MS = 20_000;
const MISSING_QUEUE_MS = 1000;

/**
 * Polls a queue for a function, one batch at a time, until `signal` fires (Lambda developer guide, "with-sqs"). What
 * succeeded is deleted. What failed is visible again after 2, 4, 8 ... seconds, by its receive count; AWS would wait
 * for the queue's visibility timeout, which is minutes. What a poller took that went down with its process is visible at
 * once, for the same reason: AWS's pollers do not go down with a laptop.
 */
export async function pollQueue(source: QueueSource, signal: AbortSignal): Promise<void> {
  const { queues, queueName, batchSize } = source;
  queues.showTakenInternally(queueName);
  while (!signal.aborted) {
    if (!queues.queueExists(queueName)) await pause(source.timers, signal);
    else {
      const messages = queues.receiveInternally(queueName, batchSize);
      if (messages.length > 0) await handOver(source, messages);
      else await queues.waitForMessages(queueName, POLL_MS, signal);
    }
  }
}

async function handOver(source: QueueSource, messages: readonly QueueMessage[]): Promise<void> {
  const event = { Records: messages.map((message) => record(source.queueName, message)) };
  const outcome = await source.invoke(JSON.stringify(event));
  // A batch that the stop of the cloud cut off shows up again with its next start.
  if ('stopped' in outcome) return;
  const failed = failedIds(outcome, messages);
  for (const message of messages) {
    if (failed.has(message.messageId)) {
      const received = Number(message.attributes['ApproximateReceiveCount'] ?? 1);
      source.queues.changeVisibilityInternally(source.queueName, message.receiptHandle, Math.min(2 ** received, 900));
    } else source.queues.deleteInternally(source.queueName, message.receiptHandle);
  }
}

/**
 * Ids that `batchItemFailures` names. An error, a shape that is not understood or an id that is not in the batch fails
 * the whole batch (Lambda developer guide, "services-sqs-errorhandling").
 */
function failedIds(
  outcome: Exclude<Outcome, { stopped: true }>,
  messages: readonly QueueMessage[],
): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  if ('failure' in outcome) return all;
  const answer = JSON.parse(outcome.result) as { batchItemFailures?: unknown } | null;
  const failures = typeof answer === 'object' && answer !== null ? (answer.batchItemFailures ?? []) : [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => String(failure?.itemIdentifier ?? ''));
  return ids.every((id) => all.has(id)) ? new Set(ids) : all;
}

/** One record of an SQS event, as Lambda gives it. */
function record(queueName: string, message: QueueMessage): unknown {
  const { messageId, receiptHandle, body, md5OfBody, attributes } = message;
  const messageAttributes = Object.entries(message.messageAttributes).map(([name, attribute]) => [
    name,
    {
      stringValue: attribute.StringValue,
      binaryValue: attribute.BinaryValue,
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: Object.fromEntries(messageAttributes),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueName}`,
    awsRegion: REGION,
  };
}

function pause(timers: Timers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(MISSING_QUEUE_MS, resolve);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}
