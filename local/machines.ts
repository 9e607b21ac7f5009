import { readFileSync } from 'node:fs';
import { CreateStateMachineCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { type StateMachineName, topology } from '../infra/topology.ts';
import { clientSettings } from './client-settings.ts';
import { functionArn, machineArn, stateMachineArnPrefix } from './names.ts';

/** How fast the embedded cloud polls an import job; AWS polls every 20 s, then every 60 s. */
const POLL_SECONDS = 1;

/** The very files that deploy; only `${...}` differs. A name that nobody supplies is an error. */
function definitionOf(name: StateMachineName): string {
  const text = readFileSync(new URL(`../${topology.stateMachines[name].file}`, import.meta.url), 'utf8');
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.keys(topology.functions).map((task) => [`${task}Function`, `${functionArn(task)}:1`])),
    WorkBucket: topology.buckets.work.name,
    InboxBucket: topology.buckets.inbox.name,
    StateMachineArnPrefix: stateMachineArnPrefix,
    PollSeconds: String(POLL_SECONDS),
    PollSecondsLater: String(POLL_SECONDS),
  };
  return text.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined)
      throw new Error(`${topology.stateMachines[name].file} asks for an unknown substitution: ${key}`);
    return value;
  });
}

export async function deployMachines(endpoint: string): Promise<void> {
  const client = new SFNClient(clientSettings(endpoint));
  const roleArn = 'arn:aws:iam::000000000000:role/tributary-workflows';
  for (const name of Object.keys(topology.stateMachines) as StateMachineName[]) {
    const definition = definitionOf(name);
    try {
      await client.send(new CreateStateMachineCommand({ name: `tributary-${name}`, definition, roleArn }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'StateMachineAlreadyExists') throw error;
      await client.send(new UpdateStateMachineCommand({ stateMachineArn: machineArn(name), definition }));
    }
  }
}
