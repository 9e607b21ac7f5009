import { EVER, fhirTimeRange, type TimeRange } from './fhir-time.ts';
import { type SearchParameter, searchParameters } from './search-parameters.ts';

type Json = Record<string, unknown>;

/** One entry of the search index. References are tokens whose system is the type and whose value is the id. */
type IndexEntry =
  | { readonly table: 'tokens'; readonly parameter: string; readonly system: string; readonly value: string }
  | { readonly table: 'strings'; readonly parameter: string; readonly value: string }
  | { readonly table: 'dates'; readonly parameter: string; readonly range: TimeRange };

/** What a resource can be found by. */
export function indexResource(resource: Json): IndexEntry[] {
  const parameters = searchParameters[String(resource['resourceType'])] ?? {};
  const entries: IndexEntry[] = [];
  for (const [parameter, definition] of Object.entries(parameters)) {
    for (const path of definition.paths) {
      for (const value of valuesAt(resource, path.split('.'))) entries.push(...entriesOf(parameter, definition, value));
    }
  }
  return entries;
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (value === undefined || value === null) return [];
  if (name === undefined) return [value];
  return typeof value === 'object' ? valuesAt((value as Json)[name], rest) : [];
}

function entriesOf(parameter: string, definition: SearchParameter, value: unknown): IndexEntry[] {
  switch (definition.kind) {
    case 'string':
      return typeof value === 'string' ? [{ table: 'strings', parameter, value }] : [];
    case 'date': {
      const range = rangeOf(value);
      return range ? [{ table: 'dates', parameter, range }] : [];
    }
    case 'reference':
      return referenceEntries(parameter, definition, value);
    case 'token':
      return tokensOf(value).map(([system, text]) => ({ table: 'tokens' as const, parameter, system, value: text }));
  }
}

function referenceEntries(parameter: string, definition: SearchParameter, value: unknown): IndexEntry[] {
  const reference = (value as Json)['reference'];
  const target = typeof reference === 'string' ? parseReference(reference) : undefined;
  if (!target || (definition.target && !definition.target.includes(target.type))) return [];
  return [{ table: 'tokens', parameter, system: target.type, value: target.id }];
}

/** Type and id of a literal reference, relative or absolute; undefined for contained, conditional and URN references. */
export function parseReference(reference: string): { readonly type: string; readonly id: string } | undefined {
  const match = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(
    reference,
  );
  return match?.[1] && match[2] ? { type: match[1], id: match[2] } : undefined;
}

/** System and value of a code, boolean, Coding, CodeableConcept or Identifier; the system is empty when there is none. */
function tokensOf(value: unknown): [system: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [['', String(value)]];
  const json = value as Json;
  if (Array.isArray(json['coding'])) return json['coding'].flatMap(tokensOf);
  const text = json['code'] ?? json['value'];
  return typeof text === 'string' ? [[typeof json['system'] === 'string' ? json['system'] : '', text]] : [];
}

function rangeOf(value: unknown): TimeRange | undefined {
  if (typeof value === 'string') return fhirTimeRange(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const { start, end } = value as Json;
  const from = typeof start === 'string' ? fhirTimeRange(start) : undefined;
  const until = typeof end === 'string' ? fhirTimeRange(end) : undefined;
  return from || until ? { low: from?.low ?? EVER.low, high: until?.high ?? EVER.high } : undefined;
}
