import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type StateMachineName, topology } from './topology.ts';

/**
 * Bucket names are shared by all of AWS, so the topology's name gets account and Region. Everything else is named
 * per account and keeps the topology's name as it is.
 */
export const bucketName = (name: string): string => `${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;

export const auditBuckets = { trail: 'tributary-audit', accessLogs: 'tributary-access-logs' } as const;

export const trailName = 'tributary-trail';

export const machineName = (machine: StateMachineName): string => `tributary-${machine}`;

export const functionName = (name: string): string => `tributary-${name}`;

/** An ARN from a name, so that policies can name a resource that is made after them (no circular reference). */
function arn(scope: IConstruct, service: string, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

export const machineArn = (scope: IConstruct, machine: StateMachineName): string =>
  arn(scope, 'states', 'stateMachine', machineName(machine));

/** Executions of one state machine, by pattern. */
export const executionArns = (scope: IConstruct, machine: StateMachineName): string =>
  arn(scope, 'states', 'execution', `${machineName(machine)}:*`);

/** Map runs' children carry the map's label behind a slash. */
export const childExecutionArns = (scope: IConstruct, machine: StateMachineName): string =>
  arn(scope, 'states', 'execution', `${machineName(machine)}/*:*`);

export const logGroupArn = (scope: IConstruct, name: string): string => arn(scope, 'logs', 'log-group', name);

export const alarmArn = (scope: IConstruct, name: string): string => arn(scope, 'cloudwatch', 'alarm', name);

/** Rules of another than the default bus carry its name in their ARN. */
export function ruleArn(scope: IConstruct, rule: { readonly name: string; readonly bus: string }): string {
  const resourceName = rule.bus === 'default' ? rule.name : `${rule.bus}/${rule.name}`;
  return Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName });
}

export const busArn = (scope: IConstruct): string =>
  Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: topology.buses.engine.name });

export const trailArn = (scope: IConstruct): string =>
  Stack.of(scope).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: trailName });
