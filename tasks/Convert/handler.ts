import { readEnvironment } from '../../adapters/environment.ts';
import { sha256 } from '../../adapters/hash.ts';
import { taskHandler } from '../../adapters/task-handler.ts';
import { sharedPorts, tenantHash } from '../../adapters/wiring.ts';
import { keepObjectsYoung } from '../../adapters/young-objects.ts';
import { limits } from '../../core/limits.ts';
import { createConverter } from '../../core/mapping/convert.ts';
import { MAPPING_VERSION } from '../../core/mapping/version.ts';
import { environment } from './contract.ts';
import { convert, type Ports } from './step.ts';

export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  readEnvironment(source, environment);
  keepObjectsYoung();
  const ports: Ports = {
    ...sharedPorts(source),
    keyedHash: tenantHash(source),
    partitions: limits.partitions,
    source: { converter: (feed) => createConverter(feed, { sha256 }), mappingVersion: MAPPING_VERSION },
  };
  return taskHandler((event) => convert(event, ports));
}
