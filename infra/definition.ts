import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StateMachineName, topology } from './topology.ts';

/** A state machine's file as it is deployed, and what it reaches, read from the file itself. */
export interface Definition {
  /** The file's text, unchanged. */
  readonly text: string;
  /** Names of its `${...}` substitutions. */
  readonly substitutions: readonly string[];
  /** ARNs in `Resource` fields: Lambda and SDK integrations, item readers and result writers. */
  readonly resources: readonly string[];
  /** It holds a Distributed Map, whose children are executions of the machine itself. */
  readonly distributed: boolean;
}

/** Reads `state-machines/<name>.asl.json` below `root`; throws when the file is missing or not JSON. */
export function readDefinition(root: string, machine: StateMachineName): Definition {
  const { file } = topology.stateMachines[machine];
  const path = join(root, file);
  if (!existsSync(path)) throw new Error(`The state machine's file is missing: ${file}`);
  const text = readFileSync(path, 'utf8');
  const nodes = [...objectsIn(JSON.parse(text))];
  const resources = nodes.flatMap((node) => (typeof node['Resource'] === 'string' ? [node['Resource']] : []));
  return {
    text,
    substitutions: [...new Set([...text.matchAll(/\$\{([A-Za-z0-9]+)\}/g)].flatMap((match) => match[1] ?? []))].sort(),
    resources: [...new Set(resources)].sort(),
    distributed: nodes.some((node) => node['Mode'] === 'DISTRIBUTED'),
  };
}

/** Every object in a JSON value, at any depth. */
function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/** The values for exactly the substitutions that the file names; throws for one that nobody supplies. */
export function chosenSubstitutions(
  machine: StateMachineName,
  definition: Definition,
  known: ReadonlyMap<string, string>,
): Record<string, string> {
  const missing = definition.substitutions.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new Error(`No value for ${missing.map((name) => `\${${name}}`).join(', ')} of the state machine ${machine}`);
  }
  return Object.fromEntries(definition.substitutions.map((name) => [name, known.get(name) ?? '']));
}
