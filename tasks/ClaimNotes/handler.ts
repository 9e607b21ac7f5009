import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts, workflows } from '../../adapters/wiring.ts';
import { environment } from './contract.ts';
import { claimNotes } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports = { ...sharedPorts(source), workflows: workflows(source) };
  return taskHandler((event) => claimNotes(event, ports));
}
