import { Aws, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmArn, machineArn } from '../naming.ts';
import { type FunctionName, type StateMachineName, topology } from '../topology.ts';
import type { Queues } from './queues.ts';
import type { TaskFunction } from './task-functions.ts';

interface AlarmsProps {
  readonly key: Key;
  readonly queues: Queues;
  readonly functions: Readonly<Record<FunctionName, TaskFunction>>;
}

/** What rings: a metric whose value per five minutes passes the threshold, and what to do then. */
interface Trouble {
  readonly name: string;
  readonly metric: IMetric;
  /** Rings above it. */
  readonly above: number;
  readonly runbook: string;
}

const period = Duration.minutes(5);

/** In the message of the fault that Seal and Close throw; a test reads it in both. */
const imbalance = '*book does not balance*';

/** The functions that check a batch's balance and throw when it does not hold. */
const balancing = ['Seal', 'Close'] as const satisfies readonly FunctionName[];

/** Alarms for whatever stops a message on its way, to one encrypted topic. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = this.#makeTopic(props.key);
    const action = new SnsAction(this.topic);
    for (const trouble of [
      ...queueTroubles(props.queues),
      ...executionTroubles(this),
      ...accountTroubles,
      ...this.#imbalance(props),
    ]) {
      const alarm = new Alarm(this, trouble.name, {
        alarmName: `tributary-${trouble.name}`,
        alarmDescription: `Runbook: ${trouble.runbook}`,
        metric: trouble.metric,
        threshold: trouble.above,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      alarm.addInsufficientDataAction(action);
    }
  }

  /** With a policy of its own the topic no longer lets the account's alarms in by default: they need a statement. */
  #makeTopic(key: Key): Topic {
    const topic = new Topic(this, 'Topic', { topicName: 'tributary-alarms', masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LetAlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': alarmArn(this, 'tributary-*') },
        },
      }),
    );
    return topic;
  }

  /**
   * One metric from the logs of Seal and Close. Lambda logs what a handler throws, under `message` in its JSON format
   * (Lambda developer guide, "Log and monitor Node.js Lambda functions").
   */
  #imbalance({ functions }: AlarmsProps): Trouble[] {
    const namespace = 'Tributary';
    const metricName = 'BatchUnbalanced';
    for (const name of balancing) {
      new MetricFilter(this, `${name}Unbalanced`, {
        logGroup: functions[name].logGroup,
        filterPattern: FilterPattern.any(
          FilterPattern.stringValue('$.errorMessage', '=', imbalance),
          FilterPattern.stringValue('$.message.errorMessage', '=', imbalance),
        ),
        metricNamespace: namespace,
        metricName,
        metricValue: '1',
      });
    }
    const metric = new Metric({ namespace, metricName, statistic: Stats.SUM, period });
    const runbook =
      'a batch does not balance and stays open. `tributary status` names it; nothing of it is marked done.';
    return [{ name: 'batch-unbalanced', metric, above: 0, runbook }];
  }
}

function queueTroubles(queues: Queues): Trouble[] {
  const waiting = ['arrivalsFailed', 'eventsFailed', 'deadLetters'] as const;
  return [
    ...waiting.map((id) => ({
      name: `waiting-${topology.queues[id].name.replace('tributary-', '')}`,
      metric: queues[id].metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      above: 0,
      runbook:
        '`tributary dead list` for messages; arrivals and events that failed are read from the queue and put again.',
    })),
    {
      name: 'arrivals-stand-still',
      metric: queues.arrivals.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
      above: 900,
      runbook: 'a drop has waited 15 minutes for Admit. Look at the errors and throttles of tributary-Admit.',
    },
  ];
}

/** An execution that failed is continued by Sweep; it rings all the same, since it may fail again. */
function executionTroubles(scope: Construct): Trouble[] {
  const machines = Object.keys(topology.stateMachines) as StateMachineName[];
  return machines.flatMap((machine) =>
    ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map((metricName) => ({
      name: `${machine}-${metricName.replace('Executions', '').toLowerCase()}`,
      metric: new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: { StateMachineArn: machineArn(scope, machine) },
        statistic: Stats.SUM,
        period,
      }),
      above: 0,
      runbook: `\`tributary status\`, then the execution's history of ${machine}; Sweep continues what is there.`,
    })),
  );
}

/** Over all functions of the account, which is the tenant's own. */
const accountTroubles: readonly Trouble[] = [
  {
    name: 'function-errors',
    metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Errors', statistic: Stats.SUM, period }),
    above: 5,
    runbook: 'which function, by its Errors metric; then its log group below /tributary/functions.',
  },
  {
    name: 'function-throttles',
    metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: Stats.SUM, period }),
    above: 100,
    runbook: 'reserved concurrency is used up. Nothing is lost; raise it in the settings if this lasts.',
  },
  {
    name: 'events-undelivered',
    metric: new Metric({
      namespace: 'AWS/Events',
      metricName: 'InvocationsFailedToBeSentToDlq',
      statistic: Stats.SUM,
      period,
    }),
    above: 0,
    runbook: 'an event could reach neither its target nor the queue of failed events. Check that the key is enabled.',
  },
];
