import { ServiceError } from '../wire.ts';

const STEP = /\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]/y;

/**
 * Compiles a path such as `$.detail.object.key` or `$.resources[0]`, the part of JSONPath that EventBridge takes for
 * input paths. Throws `ValidationException`.
 */
export function compilePath(path: string): (event: unknown) => unknown {
  const steps: string[] = [];
  let at = 1;
  while (path.startsWith('$') && at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (!match) break;
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
    at = STEP.lastIndex;
  }
  if (at !== path.length)
    throw new ServiceError('ValidationException', 'Invalid JSONPath: only $, names and indexes are implemented');
  return (event) => steps.reduce<unknown>(stepInto, event);
}

function stepInto(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}
