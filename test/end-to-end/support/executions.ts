import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';

const prefix = 'arn:aws:states:us-east-1:000000000000:stateMachine:tributary-';
export const machineArn = (machine: string): string => `${prefix}${machine}`;

/** ARNs of the executions of a state machine, or of the children of a map run. */
export async function executionsOf(of: { machine: string } | { mapRunArn: string }): Promise<string[]> {
  const which = 'machine' in of ? { stateMachineArn: machineArn(of.machine) } : of;
  const { executions = [] } = await new SFNClient({}).send(new ListExecutionsCommand({ ...which, maxResults: 1000 }));
  return executions.flatMap(({ executionArn }) => executionArn ?? []);
}

export async function mapRunsOf(executionArn: string): Promise<string[]> {
  const { mapRuns = [] } = await new SFNClient({}).send(new ListMapRunsCommand({ executionArn }));
  return mapRuns.flatMap(({ mapRunArn }) => mapRunArn ?? []);
}

/** The whole history of an execution. */
export async function historyOf(executionArn: string): Promise<HistoryEvent[]> {
  const client = new SFNClient({});
  const found: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: HistoryEvent[] | undefined; nextToken?: string | undefined } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }),
    );
    found.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Names of the states that an execution entered. */
export function statesEntered(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

/** `service:operation` of the tasks that an execution scheduled. */
export function tasksScheduled(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(({ taskScheduledEventDetails: task }) =>
    task === undefined ? [] : `${task.resourceType}:${task.resource}`,
  );
}
