import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts, tenants, workflows } from '../../adapters/wiring.ts';
import { environment } from './contract.ts';
import { sweep } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  const env = readEnvironment(source, environment);
  // `...:stateMachine:` names machines; their executions are named `...:execution:tributary-<machine>:`.
  const prefix = env.STATE_MACHINE_ARN_PREFIX.replace(':stateMachine:', ':execution:');
  const ports = {
    ...sharedPorts(source),
    workflows: workflows(source),
    tenants: Object.keys(tenants(source)),
    executionPrefix: (machine: string) => `${prefix}tributary-${machine}:`,
  };
  return taskHandler(() => sweep(ports));
}
