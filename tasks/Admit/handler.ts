import { readEnvironment } from '../../adapters/environment.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { deadLetters, sharedPorts, tenantHash, tenants, workflows } from '../../adapters/wiring.ts';
import { environment } from './contract.ts';
import { admit, type Ports } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  const env = readEnvironment(source, environment);
  const ports: Ports = {
    ...sharedPorts(source),
    workflows: workflows(source),
    deadLetters: deadLetters(source),
    keyedHash: tenantHash(source),
    inbox: env.INBOX_BUCKET,
    tenants: Object.keys(tenants(source)),
  };
  return taskHandler((event) => admit(event, ports));
}
