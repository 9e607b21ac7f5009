import { readBatch, runBatch } from './batch.ts';
import { md5, md5OfAttributes, messageBytes, readAttributes } from './message-digest.ts';
import type { NewMessage } from './message-store.ts';
import { MAX_BYTES, secondsOf } from './queue-attributes.ts';
import { type QueueScope, queueOfUrl } from './queue-operations.ts';
import type { Queue } from './queue-store.ts';
import { sqsError } from './sqs-error.ts';

type Input = Readonly<Record<string, unknown>>;

/** Sending, deleting and hiding of messages, alone and by tens (SQS API reference). */
export function messageOperations(scope: QueueScope, notify: (queueName: string) => void) {
  const { queues, messages, timers } = scope;

  const send = (queue: Queue, input: Input) => {
    const message = readMessage(queue, input);
    const messageId = messages.send(queue, message, timers.now());
    const attributesMd5 = md5OfAttributes(message.attributes);
    const systemMd5 = md5OfAttributes(message.system);
    return {
      MessageId: messageId,
      MD5OfMessageBody: md5(message.body),
      ...(attributesMd5 ? { MD5OfMessageAttributes: attributesMd5 } : {}),
      ...(systemMd5 ? { MD5OfMessageSystemAttributes: systemMd5 } : {}),
    };
  };
  const remove = (queue: Queue, input: Input) => {
    messages.remove(queue, handleOf(input));
    return {};
  };
  const changeVisibility = (queue: Queue, input: Input) => {
    messages.changeVisibility(queue, handleOf(input), readSeconds(input, 'VisibilityTimeout', 43_200), timers.now());
    return {};
  };

  return {
    SendMessage(input: Input) {
      const queue = queueOfUrl(queues, input);
      const sent = send(queue, input);
      notify(queue.name);
      return sent;
    },
    SendMessageBatch(input: Input) {
      const queue = queueOfUrl(queues, input);
      const entries = readBatch(input);
      const bytes = entries.reduce(
        (sum, entry) =>
          sum + messageBytes(String(entry['MessageBody'] ?? ''), readAttributes(entry['MessageAttributes'])),
        0,
      );
      if (bytes > MAX_BYTES)
        throw sqsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAX_BYTES} bytes.`);
      const answer = runBatch(entries, (entry) => send(queue, entry));
      notify(queue.name);
      return answer;
    },
    DeleteMessage: (input: Input) => remove(queueOfUrl(queues, input), input),
    DeleteMessageBatch(input: Input) {
      const queue = queueOfUrl(queues, input);
      return runBatch(readBatch(input), (entry) => remove(queue, entry));
    },
    ChangeMessageVisibility(input: Input) {
      const queue = queueOfUrl(queues, input);
      const answer = changeVisibility(queue, input);
      notify(queue.name);
      return answer;
    },
    ChangeMessageVisibilityBatch(input: Input) {
      const queue = queueOfUrl(queues, input);
      const answer = runBatch(readBatch(input), (entry) => changeVisibility(queue, entry));
      notify(queue.name);
      return answer;
    },
  };
}

/** Any character that XML 1.0 does not allow (SQS API reference, SendMessage). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

function readMessage(queue: Queue, input: Input): NewMessage {
  const body = input['MessageBody'];
  if (typeof body !== 'string' || body === '')
    throw sqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (FORBIDDEN.test(body))
    throw sqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  if (input['MessageDeduplicationId'] !== undefined) {
    throw sqsError(
      'InvalidParameterValue',
      'The request include parameter that is not valid for this queue type. Reason: MessageDeduplicationId is for FIFO queues.',
    );
  }
  if (input['MessageGroupId'] !== undefined)
    throw sqsError('UnsupportedOperation', 'MessageGroupId (fair queues) is not implemented by the embedded cloud.');
  const attributes = readAttributes(input['MessageAttributes']);
  const limit = secondsOf(queue.attributes, 'MaximumMessageSize');
  if (messageBytes(body, attributes) > limit) {
    throw sqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  const delay =
    input['DelaySeconds'] === undefined
      ? secondsOf(queue.attributes, 'DelaySeconds')
      : readSeconds(input, 'DelaySeconds', 900);
  return { body, attributes, system: readSystem(input['MessageSystemAttributes']), delaySeconds: delay };
}

function readSystem(input: unknown) {
  const system = (input ?? {}) as Record<string, Record<string, unknown>>;
  const unknown = Object.keys(system).find((name) => name !== 'AWSTraceHeader');
  if (unknown !== undefined)
    throw sqsError('InvalidParameterValue', 'AWSTraceHeader is the only message system attribute that can be sent.');
  const trace = system['AWSTraceHeader'];
  if (trace === undefined) return {};
  if (trace['DataType'] !== 'String' || typeof trace['StringValue'] !== 'string') {
    throw sqsError('InvalidParameterValue', 'AWSTraceHeader must be a String.');
  }
  return { AWSTraceHeader: { DataType: 'String', StringValue: trace['StringValue'] } };
}

function handleOf(input: Input): string {
  const handle = input['ReceiptHandle'];
  if (typeof handle === 'string' && handle !== '') return handle;
  throw sqsError('MissingParameter', 'The request must contain the parameter ReceiptHandle.');
}

/** A parameter in whole seconds from 0 to `highest`; throws `InvalidParameterValue`. */
export function readSeconds(input: Input, name: string, highest: number): number {
  const value = input[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highest) return value;
  if (value === undefined) throw sqsError('MissingParameter', `The request must contain the parameter ${name}.`);
  throw sqsError(
    'InvalidParameterValue',
    `Value for parameter ${name} is invalid. Reason: Must be between 0 and ${highest}, if provided.`,
  );
}
