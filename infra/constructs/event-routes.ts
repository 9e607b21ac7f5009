import { CfnEventBus, CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { bucketName, ruleArn } from '../naming.ts';
import { type FunctionName, topology } from '../topology.ts';
import type { Queues } from './queues.ts';
import type { TaskFunction } from './task-functions.ts';

type RuleId = keyof typeof topology.rules;
type RuleEntry = (typeof topology.rules)[RuleId];

interface EventRoutesProps {
  readonly key: Key;
  readonly queues: Queues;
  readonly functions: Readonly<Record<FunctionName, TaskFunction>>;
}

/** The engine's bus and every rule of the topology, each target with 24 hours of retries and a dead-letter queue. */
export class EventRoutes extends Construct {
  readonly #props: EventRoutesProps;
  readonly #bus: CfnEventBus;

  constructor(scope: Construct, id: string, props: EventRoutesProps) {
    super(scope, id);
    this.#props = props;
    // An inline message is patient data: the bus keeps it under the tenant's key.
    this.#bus = new CfnEventBus(this, 'EngineBus', {
      name: topology.buses.engine.name,
      kmsKeyIdentifier: props.key.keyArn,
      deadLetterConfig: { arn: props.queues.eventsFailed.queueArn },
    });
    for (const [rule, entry] of Object.entries(topology.rules)) this.#addRule(rule, entry);
  }

  #addRule(id: string, entry: RuleEntry): void {
    const rule = new CfnRule(this, `Rule-${id}`, {
      name: entry.name,
      eventBusName: entry.bus === 'default' ? 'default' : this.#bus.ref,
      state: 'ENABLED',
      ...('schedule' in entry
        ? { scheduleExpression: entry.schedule }
        : { eventPattern: deployedPattern(entry.pattern) }),
      targets: [
        {
          id: 'Target',
          arn: this.#targetArn(entry),
          deadLetterConfig: { arn: this.#props.queues.eventsFailed.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
    if ('function' in entry) {
      this.#props.functions[entry.function].version.addPermission(`Rule-${id}`, {
        principal: new ServicePrincipal('events.amazonaws.com'),
        sourceArn: ruleArn(this, entry),
      });
      rule.node.addDependency(this.#props.functions[entry.function].version);
    }
  }

  #targetArn(entry: RuleEntry): string {
    if ('queue' in entry) return this.#props.queues[entry.queue].queueArn;
    return this.#props.functions[entry.function].version.functionArn;
  }
}

/** The topology's pattern, with the names that buckets have in AWS. */
function deployedPattern(pattern: unknown): unknown {
  const names = new Map<unknown, string>(Object.values(topology.buckets).map(({ name }) => [name, bucketName(name)]));
  const deployed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(deployed);
    if (typeof value !== 'object' || value === null) return names.get(value) ?? value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner)]));
  };
  return deployed(pattern);
}
