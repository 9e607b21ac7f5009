import type { Arrivals } from './arrivals.ts';
import { type MessageAttributes, md5, readAttributes } from './message-digest.ts';
import { secondsOf } from './queue-attributes.ts';
import type { QueueScope } from './queue-operations.ts';
import { allSystemAttributes, messagesOrTime } from './receive.ts';

/** A received message with what Lambda's SQS event source shows of it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** `ApproximateReceiveCount`, `SentTimestamp` and the rest. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
}

/** SQS from inside the process: for Lambda's event sources and EventBridge's targets. Queues are named, not by URL. */
export interface SqsQueues {
  queueExists(queueName: string): boolean;
  /** Throws `QueueDoesNotExist`. The message is kept when the call returns. Gives its id. */
  sendInternally(queueName: string, body: string, attributes?: MessageAttributes): string;
  /** Never waits; each message stays hidden for `visibilitySeconds` (the queue's own by default). */
  receiveInternally(queueName: string, max: number, visibilitySeconds?: number): QueueMessage[];
  deleteInternally(queueName: string, receiptHandle: string): void;
  changeVisibilityInternally(queueName: string, receiptHandle: string, seconds: number): void;
  /** For a queue whose taker is gone: shows what it took, without waiting for the visibility timeout. */
  showTakenInternally(queueName: string): void;
  /** Calls `wake` when messages arrive or are made visible; a hidden message that shows up by itself does not call. */
  onArrival(queueName: string, wake: () => void): () => void;
  /** Resolves when messages may be there (also those hidden until now), after `timeoutMs`, or when `signal` fires. */
  waitForMessages(queueName: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export function createInternalQueues(scope: QueueScope, arrivals: Arrivals): SqsQueues {
  const { queues, messages, timers } = scope;
  return {
    queueExists: (queueName) => queues.find(queueName) !== undefined,
    sendInternally(queueName, body, attributes) {
      const queue = queues.get(queueName);
      const delaySeconds = secondsOf(queue.attributes, 'DelaySeconds');
      const messageId = messages.send(
        queue,
        { body, attributes: readAttributes(attributes), system: {}, delaySeconds },
        timers.now(),
      );
      arrivals.notify(queueName);
      return messageId;
    },
    receiveInternally(queueName, max, visibilitySeconds) {
      const queue = queues.get(queueName);
      const hidden = visibilitySeconds ?? secondsOf(queue.attributes, 'VisibilityTimeout');
      return messages.receive(queue, max, hidden, timers.now()).map((message) => ({
        messageId: message.messageId,
        receiptHandle: message.receiptHandle,
        body: message.body,
        md5OfBody: md5(message.body),
        attributes: allSystemAttributes(message),
        messageAttributes: message.attributes,
      }));
    },
    deleteInternally: (queueName, receiptHandle) => messages.remove(queues.get(queueName), receiptHandle),
    changeVisibilityInternally(queueName, receiptHandle, seconds) {
      messages.changeVisibility(queues.get(queueName), receiptHandle, seconds, timers.now());
      arrivals.notify(queueName);
    },
    showTakenInternally: (queueName) => messages.showTaken(queueName, timers.now()),
    onArrival: arrivals.on,
    waitForMessages(queueName, timeoutMs, signal) {
      if (signal.aborted) return Promise.resolve();
      return messagesOrTime(scope, arrivals, queueName, timers.now() + timeoutMs, signal);
    },
  };
}
