import { fhirTimeRange } from './fhir-time.ts';
import { parseReference } from './index-resource.ts';
import type { Condition } from './resource-store.ts';
import { type SearchParameter, searchParameters } from './search-parameters.ts';

/** A search that cannot be done as asked; answered with status 400. */
export class SearchRefusal extends Error {
  override readonly name = 'SearchRefusal';
}

/** A search, understood. */
interface SearchQuery {
  readonly conditions: readonly Condition[];
  readonly count: number;
  readonly accurateTotal: boolean;
  readonly after: number;
}

const DEFAULT_COUNT = 10;
const MAX_COUNT = 100;

/**
 * Reads the parameters of a search on one type (FHIR R4 "Search"; limits and strictness of HealthLake's "Search with
 * GET"). Throws `SearchRefusal` naming any parameter, modifier or value that is not supported.
 */
export function parseSearch(type: string, query: URLSearchParams): SearchQuery {
  const conditions: Condition[] = [{ sql: 'r.type = ?', values: [type] }];
  let count = DEFAULT_COUNT;
  let accurateTotal = false;
  let after = 0;
  for (const [name, value] of query) {
    if (name === '_count') count = countOf(value);
    else if (name === '_total') accurateTotal = totalOf(value);
    else if (name === 'page') after = pageOf(value);
    else conditions.push(anyOf(splitUnescaped(value, ',').map((part) => conditionOf(type, name, part))));
  }
  return { conditions, count, accurateTotal, after };
}

/** The opaque `page` value that goes on after a row. */
export function pageToken(row: number): string {
  return Buffer.from(`after:${row}`).toString('base64url');
}

function pageOf(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (!match) throw new SearchRefusal("Parameter 'page' is not one that this server gave out");
  return Number(match[1]);
}

function countOf(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > MAX_COUNT) {
    throw new SearchRefusal(`Parameter '_count' must be a number from 1 to ${MAX_COUNT}`);
  }
  return Number(value);
}

function totalOf(value: string): boolean {
  if (value !== 'accurate' && value !== 'none')
    throw new SearchRefusal("Parameter '_total' must be 'accurate' or 'none'");
  return value === 'accurate';
}

function anyOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' OR '),
    values: conditions.flatMap(({ values }) => values),
  };
}

function conditionOf(type: string, name: string, value: string): Condition {
  if (value === '') throw new SearchRefusal(`Parameter '${name}' has no value`);
  if (name === '_id') return { sql: 'r.id = ?', values: [value] };
  if (name === '_lastUpdated') return dateCondition(name, value, 'r.updated', 'r.updated + 1');
  const known = searchParameters[type];
  const parameter = known && Object.hasOwn(known, name) ? known[name] : undefined;
  if (!parameter) throw new SearchRefusal(`Search parameter '${name}' is not supported for resource type '${type}'`);
  return { ...indexCondition(type, name, parameter, value) };
}

function indexCondition(type: string, name: string, parameter: SearchParameter, value: string): Condition {
  const within = (table: string, condition: Condition): Condition => ({
    sql: `r.row IN (SELECT i.row FROM ${table} i WHERE i.type = ? AND i.parameter = ? AND ${condition.sql})`,
    values: [type, name, ...condition.values],
  });
  switch (parameter.kind) {
    case 'token':
      return within('tokens', tokenCondition(value));
    case 'reference':
      return within('tokens', referenceCondition(name, parameter, value));
    case 'string':
      // HealthLake compares strings case-sensitively; FHIR asks for a match at the start.
      return within('strings', {
        sql: 'i.value >= ? AND i.value < ?',
        values: [withoutEscapes(value), `${withoutEscapes(value)}\u{10FFFF}`],
      });
    case 'date':
      return within('dates', dateCondition(name, value, 'i.low', 'i.high'));
  }
}

function tokenCondition(value: string): Condition {
  const [first = '', second] = splitUnescaped(value, '|').map(withoutEscapes);
  if (second === undefined) return { sql: 'i.value = ?', values: [first] };
  if (second === '') return { sql: 'i.system = ?', values: [first] };
  return { sql: 'i.value = ? AND i.system = ?', values: [second, first] };
}

function referenceCondition(name: string, parameter: SearchParameter, value: string): Condition {
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(value)) {
    const types = parameter.target ?? [];
    const typed = types.length === 0 ? '' : ` AND i.system IN (${types.map(() => '?').join(', ')})`;
    return { sql: `i.value = ?${typed}`, values: [value, ...types] };
  }
  const target = parseReference(value);
  if (!target) throw new SearchRefusal(`Parameter '${name}' must be an id, Type/id or a URL that ends so`);
  return { sql: 'i.value = ? AND i.system = ?', values: [target.id, target.type] };
}

/** Comparison of ranges as FHIR R4 "Prefixes" defines it: the resource's span against the span of the value given. */
function dateCondition(name: string, value: string, low: string, high: string): Condition {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(value) ?? [];
  const range = fhirTimeRange(text);
  if (!range) throw new SearchRefusal(`Parameter '${name}' is not a date`);
  const equal = { sql: `(${low} >= ? AND ${high} <= ?)`, values: [range.low, range.high] };
  switch (prefix) {
    case 'eq':
      return equal;
    case 'gt':
      return { sql: `${high} > ?`, values: [range.high] };
    case 'lt':
      return { sql: `${low} < ?`, values: [range.low] };
    case 'ge':
      return { sql: `(${high} > ? OR ${equal.sql})`, values: [range.high, ...equal.values] };
    case 'le':
      return { sql: `(${low} < ? OR ${equal.sql})`, values: [range.low, ...equal.values] };
    default:
      throw new SearchRefusal(`Parameter '${name}' has the prefix '${prefix}', which is not supported`);
  }
}

function splitUnescaped(text: string, separator: string): string[] {
  return text.split(new RegExp(`(?<!\\\\)\\${separator}`));
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([\\,|$])/g, '$1');
}
