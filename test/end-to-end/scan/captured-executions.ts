import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type ExecutionListItem,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListMapRuns,
  paginateListStateMachines,
  SFNClient,
} from '@aws-sdk/client-sfn';
import type { Channel } from './scanner.ts';

/** Every execution and every child of every map: names, inputs, outputs, errors, causes and whole histories. */
export async function capturedExecutions(): Promise<readonly Channel[]> {
  const client = new SFNClient({});
  const channels: Channel[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
    for (const { stateMachineArn, name = '' } of stateMachines) {
      const texts: string[] = [];
      for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
        for (const execution of executions) texts.push(...(await whole(client, execution)));
      channels.push({ name: `executions of ${name}`, content: texts.join('\n') });
    }
  return channels;
}

async function whole(client: SFNClient, { executionArn, ...item }: ExecutionListItem): Promise<string[]> {
  const texts = [JSON.stringify(item)];
  texts.push(JSON.stringify(await client.send(new DescribeExecutionCommand({ executionArn }))));
  const history = paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData: true });
  for await (const { events } of history) texts.push(JSON.stringify(events));
  if (item.mapRunArn !== undefined) return texts;
  for await (const { mapRuns = [] } of paginateListMapRuns({ client }, { executionArn }))
    for (const { mapRunArn } of mapRuns) {
      texts.push(JSON.stringify(await client.send(new DescribeMapRunCommand({ mapRunArn }))));
      for await (const { executions = [] } of paginateListExecutions({ client }, { mapRunArn }))
        for (const child of executions) texts.push(...(await whole(client, { ...child, mapRunArn })));
    }
  return texts;
}
