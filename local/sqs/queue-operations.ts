import type { Timers } from '../service.ts';
import type { MessageStore } from './message-store.ts';
import { checkAttributes, DEFAULTS, KNOWN, type QueueAttributes, READ_ONLY } from './queue-attributes.ts';
import { type Queue, type QueueStore, queueArn, queueNameOf } from './queue-store.ts';
import { sqsError } from './sqs-error.ts';

type Input = Readonly<Record<string, unknown>>;

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export interface QueueScope {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly timers: Timers;
  readonly endpoint: () => string;
  readonly url: (name: string) => string;
}

/** The queue that a `QueueUrl` names; the host is not looked at, so that a URL survives a change of port. */
export function queueOfUrl(queues: QueueStore, input: Input): Queue {
  const url = input['QueueUrl'];
  if (typeof url !== 'string' || url === '')
    throw sqsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
  return queues.get(url.split('/').pop() ?? '');
}

/** Operations on queues (SQS API reference). */
export function queueOperations(scope: QueueScope) {
  const { queues, messages, timers } = scope;
  const exists = (arn: string): boolean => queues.find(queueNameOf(arn) ?? '') !== undefined;

  return {
    CreateQueue(input: Input) {
      const name = queueName(input['QueueName']);
      const wanted = checkAttributes(input['Attributes'], exists);
      const present = queues.find(name);
      if (present) {
        const differs = Object.entries(wanted).some(([key, value]) => present.attributes[key] !== value);
        if (differs)
          throw sqsError(
            'QueueNameExists',
            'A queue already exists with the same name and a different value for an attribute.',
          );
        return { QueueUrl: scope.url(name) };
      }
      const nowMs = timers.now();
      const tags = (input['tags'] ?? {}) as Record<string, string>;
      queues.put({ name, createdMs: nowMs, modifiedMs: nowMs, attributes: { ...DEFAULTS, ...wanted }, tags });
      return { QueueUrl: scope.url(name) };
    },
    GetQueueUrl(input: Input) {
      return { QueueUrl: scope.url(queues.get(String(input['QueueName'] ?? '')).name) };
    },
    ListQueues(input: Input) {
      const limit = input['MaxResults'] === undefined ? 1000 : Number(input['MaxResults']);
      if (!(limit >= 1 && limit <= 1000)) throw sqsError('InvalidParameterValue', 'MaxResults must be from 1 to 1000.');
      const after =
        input['NextToken'] === undefined ? '' : Buffer.from(String(input['NextToken']), 'base64').toString('utf8');
      const names = queues.names(String(input['QueueNamePrefix'] ?? ''), after, limit + 1);
      const page = names.slice(0, limit);
      const more = input['MaxResults'] !== undefined && names.length > limit;
      return {
        QueueUrls: page.map(scope.url),
        ...(more ? { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64') } : {}),
      };
    },
    ListDeadLetterSourceQueues(input: Input) {
      return { queueUrls: queues.sourcesOf(queueArn(queueOfUrl(queues, input).name)).map(scope.url) };
    },
    DeleteQueue(input: Input) {
      queues.remove(queueOfUrl(queues, input).name);
      return {};
    },
    PurgeQueue(input: Input) {
      queues.purge(queueOfUrl(queues, input).name);
      return {};
    },
    SetQueueAttributes(input: Input) {
      const queue = queueOfUrl(queues, input);
      const attributes = { ...queue.attributes, ...checkAttributes(input['Attributes'], exists) };
      if (attributes['RedrivePolicy'] === '') delete attributes['RedrivePolicy'];
      queues.put({ ...queue, attributes, modifiedMs: timers.now() });
      return {};
    },
    GetQueueAttributes(input: Input) {
      const queue = queueOfUrl(queues, input);
      const names = (input['AttributeNames'] ?? []) as string[];
      const unknown = names.find((name) => name !== 'All' && !KNOWN.has(name));
      if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      messages.dropExpired(queue, timers.now());
      const all = allAttributes(queue, queues, timers.now());
      const wanted = names.includes('All') ? Object.keys(all) : names;
      const given = wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
      return given.length > 0 ? { Attributes: Object.fromEntries(given) } : {};
    },
    ListQueueTags(input: Input) {
      return { Tags: queueOfUrl(queues, input).tags };
    },
    TagQueue(input: Input) {
      const queue = queueOfUrl(queues, input);
      queues.put({ ...queue, tags: { ...queue.tags, ...(input['Tags'] as Record<string, string>) } });
      return {};
    },
  };
}

function queueName(name: unknown): string {
  if (typeof name === 'string' && name.endsWith('.fifo'))
    throw sqsError('UnsupportedOperation', 'FIFO queues are not implemented by the embedded cloud.');
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw sqsError(
    'InvalidParameterValue',
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}

function allAttributes(queue: Queue, queues: QueueStore, nowMs: number): QueueAttributes {
  const counts = queues.counts(queue.name, nowMs);
  const values = [
    queueArn(queue.name),
    String(Math.floor(queue.createdMs / 1000)),
    String(Math.floor(queue.modifiedMs / 1000)),
    String(counts.visible),
    String(counts.inFlight),
    String(counts.delayed),
  ];
  return { ...queue.attributes, ...Object.fromEntries(READ_ONLY.map((name, at) => [name, values[at] ?? ''])) };
}
