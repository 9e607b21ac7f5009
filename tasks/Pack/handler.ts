import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts } from '../../adapters/wiring.ts';
import { limits } from '../../core/limits.ts';
import { environment } from './contract.ts';
import { pack } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports = { ...sharedPorts(source), limits };
  return taskHandler((event) => pack(event, ports));
}
