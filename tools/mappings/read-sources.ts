import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from '../../core/mapping/compile/plan.ts';
import type { YamlDocument } from './read-yaml.ts';
import { readYaml } from './read-yaml.ts';

/** Folder of each kind of mapping file, below `mappings/`. */
export const folders: Readonly<Record<keyof Sources, string>> = {
  messages: 'hl7v2/messages',
  envelope: 'hl7v2/envelope',
  segments: 'hl7v2/segments',
  datatypes: 'hl7v2/datatypes',
  tables: 'hl7v2/tables',
  csv: 'csv',
  terminology: 'terminology',
};

export interface ReadSources {
  readonly sources: Sources;
  readonly documents: ReadonlyMap<string, YamlDocument>;
}

/** Reads every mapping file below a folder; `documents` is keyed by `kind/name`. */
export function readSources(root: string): ReadSources {
  const documents = new Map<string, YamlDocument>();
  const read = (kind: keyof Sources): Record<string, unknown> => {
    const folder = join(root, folders[kind]);
    const names = readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .toSorted();
    return Object.fromEntries(
      names.map((file) => {
        const name = file.slice(0, -'.yaml'.length);
        const document = readYaml(readFileSync(join(folder, file), 'utf8'));
        documents.set(`${kind}/${name}`, document);
        return [name, document.value];
      }),
    );
  };
  const kinds = Object.keys(folders) as (keyof Sources)[];
  return { sources: Object.fromEntries(kinds.map((kind) => [kind, read(kind)])) as unknown as Sources, documents };
}
