import { sqsError } from './sqs-error.ts';

export const MAX_BYTES = 1_048_576;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** What a queue was set to; seconds and bytes as numbers, policies as the text that was given. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Lowest, highest and default value of each number (SQS API reference, SetQueueAttributes). */
const NUMBERS: Readonly<Record<string, readonly [number, number, number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, MAX_BYTES, MAX_BYTES],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};
/** Kept and given back, without effect here: nothing on this port checks access or encrypts. */
const KEPT = ['Policy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'];

export const DEFAULTS: QueueAttributes = {
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [, , value]]) => [name, String(value)])),
  SqsManagedSseEnabled: 'true',
};

/** Names that only GetQueueAttributes knows. */
export const READ_ONLY = [
  'QueueArn',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

export const KNOWN = new Set([
  ...Object.keys(NUMBERS),
  ...KEPT,
  ...READ_ONLY,
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'FifoQueue',
]);

/** Checks attributes as they come in. `deadLetterExists` answers for an ARN. */
export function checkAttributes(input: unknown, deadLetterExists: (arn: string) => boolean): QueueAttributes {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries((input ?? {}) as Record<string, unknown>)) {
    attributes[name] = checkAttribute(name, String(value), deadLetterExists);
  }
  return attributes;
}

function checkAttribute(name: string, value: string, deadLetterExists: (arn: string) => boolean): string {
  const range = NUMBERS[name];
  if (range) return wholeNumber(name, value, range);
  if (name === 'RedrivePolicy') return value === '' ? '' : JSON.stringify(checkRedrive(value, deadLetterExists));
  if (KEPT.includes(name)) return value;
  if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') {
    throw sqsError('UnsupportedOperation', 'FIFO queues are not implemented by the embedded cloud.');
  }
  if (name === 'RedriveAllowPolicy')
    throw sqsError('UnsupportedOperation', 'RedriveAllowPolicy is not implemented by the embedded cloud.');
  throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

function wholeNumber(name: string, value: string, [low, high]: readonly [number, number, number]): string {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= low && number <= high) return String(number);
  throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function checkRedrive(value: string, deadLetterExists: (arn: string) => boolean): RedrivePolicy {
  const policy = parsePolicy(value);
  const count = Number(policy?.['maxReceiveCount']);
  const arn = policy?.['deadLetterTargetArn'];
  if (
    !policy ||
    Object.keys(policy).length !== 2 ||
    typeof arn !== 'string' ||
    !Number.isInteger(count) ||
    count < 1 ||
    count > 1000
  ) {
    throw sqsError(
      'InvalidParameterValue',
      'Value for parameter RedrivePolicy is invalid. Reason: it needs deadLetterTargetArn and maxReceiveCount from 1 to 1000.',
    );
  }
  if (!deadLetterExists(arn)) {
    throw sqsError(
      'InvalidParameterValue',
      'Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.',
    );
  }
  return { deadLetterTargetArn: arn, maxReceiveCount: count };
}

function parsePolicy(value: string): Record<string, unknown> | undefined {
  try {
    const policy: unknown = JSON.parse(value);
    return typeof policy === 'object' && policy !== null && !Array.isArray(policy)
      ? (policy as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The redrive policy that is in force, if any. */
export function redriveOf(attributes: QueueAttributes): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  return text ? (JSON.parse(text) as RedrivePolicy) : undefined;
}

export function secondsOf(attributes: QueueAttributes, name: keyof typeof NUMBERS): number {
  return Number(attributes[name]);
}
