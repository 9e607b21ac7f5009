import { comprehendMedical } from '../../adapters/entities.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts, tenantHash } from '../../adapters/wiring.ts';
import { limits } from '../../core/limits.ts';
import { environment } from './contract.ts';
import { extract } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports = {
    ...sharedPorts(source),
    keyedHash: tenantHash(source),
    extraction: comprehendMedical(),
    partitions: limits.partitions,
  };
  return taskHandler((event) => extract(event, ports));
}
