import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { unpack } from '../../adapters/unpack.ts';
import { sharedPorts, tenants } from '../../adapters/wiring.ts';
import { limits } from '../../core/limits.ts';
import { environment } from './contract.ts';
import { type Ports, receive } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports: Ports = { ...sharedPorts(source), unpack, limits, tenants: Object.keys(tenants(source)) };
  return taskHandler((event) => receive(event, ports));
}
