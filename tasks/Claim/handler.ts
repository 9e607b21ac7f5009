import { readEnvironment } from '../../adapters/environment.ts';
import { healthLakeImportJobs } from '../../adapters/import-jobs.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts, tenants, workflows } from '../../adapters/wiring.ts';
import { environment } from './contract.ts';
import { claim, type Ports } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  const ports: Ports = {
    ...sharedPorts(source),
    workflows: workflows(source),
    jobs: healthLakeImportJobs(),
    tenants: tenants(source),
  };
  return taskHandler((event) => claim(event, ports));
}
