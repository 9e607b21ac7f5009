import { ACCOUNT } from '../service.ts';
import type { Arrivals } from './arrivals.ts';
import { type MessageAttributes, md5, md5OfAttributes } from './message-digest.ts';
import { readSeconds } from './message-operations.ts';
import type { ReceivedMessage } from './message-store.ts';
import { secondsOf } from './queue-attributes.ts';
import { type QueueScope, queueOfUrl } from './queue-operations.ts';
import { sqsError } from './sqs-error.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * ReceiveMessage, with long polling: it waits until a message is there, the time is up or `gone` says that nobody
 * listens any more, so that a message is never handed to a closed connection.
 */
export async function receiveMessage(scope: QueueScope, arrivals: Arrivals, input: Input, gone: AbortSignal) {
  const queue = queueOfUrl(scope.queues, input);
  const max = input['MaxNumberOfMessages'] === undefined ? 1 : Number(input['MaxNumberOfMessages']);
  if (!(Number.isInteger(max) && max >= 1 && max <= 10)) {
    throw sqsError(
      'InvalidParameterValue',
      'Value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    );
  }
  if (input['ReceiveRequestAttemptId'] !== undefined)
    throw sqsError('UnsupportedOperation', 'ReceiveRequestAttemptId is for FIFO queues.');
  const shown = [...names(input, 'AttributeNames'), ...names(input, 'MessageSystemAttributeNames')];
  const unknown = shown.find((name) => !SYSTEM.includes(name) && !FIFO_ONLY.includes(name));
  if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const visibility = seconds(input, 'VisibilityTimeout', 43_200, secondsOf(queue.attributes, 'VisibilityTimeout'));
  const wait = seconds(input, 'WaitTimeSeconds', 20, secondsOf(queue.attributes, 'ReceiveMessageWaitTimeSeconds'));
  const deadline = scope.timers.now() + wait * 1000;
  for (;;) {
    if (gone.aborted) return {};
    // Read the queue again: its policy may have changed, or the queue may have gone, while we waited.
    const taken = scope.messages.receive(scope.queues.get(queue.name), max, visibility, scope.timers.now());
    if (taken.length > 0)
      return { Messages: taken.map((message) => wireMessage(message, shown, names(input, 'MessageAttributeNames'))) };
    if (scope.timers.now() >= deadline) return {};
    await messagesOrTime(scope, arrivals, queue.name, deadline, gone);
  }
}

function seconds(input: Input, name: string, highest: number, standard: number): number {
  return input[name] === undefined ? standard : readSeconds(input, name, highest);
}

/** Waits until messages may be visible, the deadline has come, or the signal fires. */
export function messagesOrTime(
  scope: QueueScope,
  arrivals: Arrivals,
  queueName: string,
  deadlineMs: number,
  gone: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const nextMs = Math.min(scope.messages.nextVisibleMs(queueName) ?? deadlineMs, deadlineMs);
    const done = (): void => {
      cancelTimer();
      stopListening();
      gone.removeEventListener('abort', done);
      resolve();
    };
    const cancelTimer = scope.timers.after(Math.max(1, nextMs - scope.timers.now()), done);
    const stopListening = arrivals.on(queueName, done);
    gone.addEventListener('abort', done);
  });
}

function wireMessage(message: ReceivedMessage, shown: readonly string[], shownAttributes: readonly string[]) {
  const attributes = systemAttributes(message, shown);
  const chosen = chosenAttributes(message.attributes, shownAttributes);
  const digest = md5OfAttributes(chosen);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}),
    ...(digest ? { MessageAttributes: chosen, MD5OfMessageAttributes: digest } : {}),
  };
}

function names(input: Input, name: string): string[] {
  return (input[name] ?? []) as string[];
}

/** All system attributes of a received message, as Lambda's event source shows them too. */
export function allSystemAttributes(message: ReceivedMessage): Readonly<Record<string, string>> {
  const trace = message.system['AWSTraceHeader']?.StringValue;
  return {
    SenderId: ACCOUNT,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceiveMs),
    ...(message.sourceArn ? { DeadLetterQueueSourceArn: message.sourceArn } : {}),
    ...(trace ? { AWSTraceHeader: trace } : {}),
  };
}

const FIFO_ONLY = ['MessageGroupId', 'MessageDeduplicationId', 'SequenceNumber'];
const SYSTEM = [
  'All',
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'DeadLetterQueueSourceArn',
  'AWSTraceHeader',
];

function systemAttributes(message: ReceivedMessage, wanted: readonly string[]): Readonly<Record<string, string>> {
  const all = allSystemAttributes(message);
  return wanted.includes('All')
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
}

function chosenAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const matches = (name: string): boolean =>
    wanted.some(
      (entry) => entry === 'All' || entry === name || (entry.endsWith('.*') && name.startsWith(entry.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}
