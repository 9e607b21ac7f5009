import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { busArn, ruleArn } from '../naming.ts';
import { topology } from '../topology.ts';

export type QueueName = keyof typeof topology.queues;
export type Queues = Readonly<Record<QueueName, Queue>>;

interface QueueEntry {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly retentionDays: number;
  readonly deadLetter?: QueueName;
  readonly maxReceiveCount?: number;
}

/** Every queue of the topology, encrypted and TLS only; EventBridge may send where a rule of ours points, and no more. */
export function queues(scope: Construct, key: Key): Queues {
  const made = new Map<QueueName, Queue>();
  const make = (id: QueueName): Queue => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const entry: QueueEntry = topology.queues[id];
    const { deadLetter, maxReceiveCount } = entry;
    const queue = new Queue(scope, `Queue-${id}`, {
      queueName: entry.name,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(entry.visibilitySeconds),
      retentionPeriod: Duration.days(entry.retentionDays),
      removalPolicy: RemovalPolicy.RETAIN,
      ...(deadLetter === undefined || maxReceiveCount === undefined
        ? {}
        : { deadLetterQueue: { queue: make(deadLetter), maxReceiveCount } }),
    });
    made.set(id, queue);
    return queue;
  };
  const all = {
    arrivals: make('arrivals'),
    arrivalsFailed: make('arrivalsFailed'),
    eventsFailed: make('eventsFailed'),
    deadLetters: make('deadLetters'),
  };
  letRulesSend(scope, all);
  acknowledge(
    all.deadLetters,
    'It is the last queue itself: one pointer per dead message for whoever subscribes. The book of dead letters is the ledger.',
    'AwsSolutions-SQS3',
  );
  return all;
}

function letRulesSend(scope: Construct, all: Queues): void {
  const rules = Object.values(topology.rules);
  for (const id of ['arrivals', 'arrivalsFailed', 'deadLetters'] as const) {
    const targeting = rules.filter((rule) => 'queue' in rule && rule.queue === id);
    if (targeting.length > 0)
      letSend(
        all[id],
        targeting.map((rule) => ruleArn(scope, rule)),
      );
  }
  letSend(all.eventsFailed, [...rules.map((rule) => ruleArn(scope, rule)), busArn(scope)]);
}

function letSend(queue: Queue, sources: string[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LetRulesSend',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnEquals: { 'aws:SourceArn': sources } },
    }),
  );
}
