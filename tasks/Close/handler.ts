import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { deadLetters, sharedPorts } from '../../adapters/wiring.ts';
import { limits } from '../../core/limits.ts';
import { environment } from './contract.ts';
import { close } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports = { ...sharedPorts(source), deadLetters: deadLetters(source), maxRounds: limits.rounds };
  return taskHandler((event) => close(event, ports));
}
