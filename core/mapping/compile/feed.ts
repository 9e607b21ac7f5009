import type { AcceptedIdentifier, CompiledFeed, ResultsMode, VisitKeyField } from '../compiled-feed.ts';
import { plan } from '../generated/plan.ts';
import type { Namespace } from '../namespaces.ts';
import type { Plan } from '../plan-shape.ts';
import type { CodeRow, Rule } from '../rule.ts';
import { compileCode } from './code-table.ts';
import type { Problem } from './problems.ts';
import { Node, Problems } from './problems.ts';
import { compileRows } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

const KEYS = [
  ...[
    'feed',
    'tenant',
    'format',
    'zone',
    'charset',
    'processingIds',
    'messageTypes',
    'patient',
    'dummies',
    'namespaces',
  ],
  ...[
    'visit',
    'codes',
    'units',
    'rows',
    'notes',
    'notesBudget',
    'results',
    'subIds',
    'profiles',
    'orderedControlIds',
    'csv',
  ],
];

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Compiles a feed file as read from YAML; the feed is worth something only when there are no problems. */
export function compileFeedFile(parsed: unknown): {
  readonly feed: CompiledFeed;
  readonly problems: readonly Problem[];
} {
  const problems = new Problems();
  const node = new Node(parsed, [], problems);
  if (typeof parsed !== 'object' || parsed === null) node.fail('shape', 'a feed file is a mapping of names to values');
  const feed = compile(node);
  return { feed, problems: problems.found };
}

function compile(node: Node): CompiledFeed {
  node.only('feed', ...KEYS);
  const format = node.at('format').oneOf(['hl7v2', 'csv'] as const);
  const csv = node.at('csv');
  const charset = node.at('charset');
  const set = format === 'csv' ? csv.at('set').oneOf(Object.keys(plan.records)) : '';
  if (format === 'hl7v2' && !csv.absent) csv.fail('csv', 'only a feed of format csv has tables');
  return {
    feed: named(node.at('feed')),
    tenant: named(node.at('tenant')),
    format,
    zone: zoneOf(node.at('zone')),
    ...(charset.absent ? {} : { charset: charset.text() }),
    processingIds: node.at('processingIds').absent ? ['P'] : node.at('processingIds').texts(),
    messageTypes: node.at('messageTypes').texts(),
    patient: patientOf(node.at('patient'), format),
    dummies: node.at('dummies').texts(),
    namespaces: namespacesOf(node.at('namespaces')),
    visit: visitOf(node.at('visit')),
    codes: codesOf(node.at('codes')),
    units: Object.fromEntries(
      node
        .at('units')
        .entries()
        .map(([unit, code]) => [unit, code.text()]),
    ),
    rows: rowsOf(node.at('rows'), plan, set),
    notes: {
      mode: node.at('notes').oneOf(['off', 'deferred'] as const, 'off'),
      budgetCharacters: node.at('notesBudget').count(1_000_000),
    },
    results: resultsOf(node.at('results')),
    subIds: node.at('subIds').oneOf(['plain', 'dotted'] as const, 'plain'),
    profiles: Object.fromEntries(
      node
        .at('profiles')
        .entries()
        .map(([type, profiles]) => [type, profiles.texts()]),
    ),
    orderedControlIds: node.at('orderedControlIds').flag(false),
    ...(format === 'csv' ? { csv: { set, ignore: csv.only('csv', 'set', 'ignore').at('ignore').texts() } } : {}),
  };
}

function named(node: Node): string {
  const name = node.text();
  if (!NAME.test(name)) node.fail('name', 'expected lower-case letters, digits and hyphens, 63 at most');
  return name;
}

// The zone is never guessed and never the host's (DESIGN 3, Times).
function zoneOf(node: Node): string {
  const zone = node.text();
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    node.fail('zone', 'expected an IANA zone such as Europe/London');
  }
  return zone;
}

function patientOf(node: Node, format: string): readonly AcceptedIdentifier[] {
  const accepted = node.list().map((item): AcceptedIdentifier => {
    item.only('patient', 'field', 'type', 'authority');
    return {
      field: item.at('field').oneOf(['PID-2', 'PID-3', 'PID-18'] as const, 'PID-3'),
      type: item.at('type').text(''),
      authority: item.at('authority').text(''),
    };
  });
  if (format === 'hl7v2' && accepted.length === 0)
    node.fail('patient', 'list the identifiers by which this feed knows its patients');
  return accepted;
}

const MODES = ['accumulate', 'snapshot'] as const;

/** One word for all reports, or words by OBR-4 and OBR-24 with one for the rest (SEMANTICS 5.2). */
function resultsOf(node: Node): CompiledFeed['results'] {
  if (typeof node.value !== 'object' || node.value === null) return node.oneOf(MODES, 'accumulate');
  node.only('results', 'default', 'OBR-4', 'OBR-24');
  const modesBy = (field: 'OBR-4' | 'OBR-24'): Readonly<Record<string, ResultsMode>> => {
    const entries = node.at(field).entries();
    return Object.fromEntries(entries.map(([code, mode]) => [code, mode.oneOf(MODES)]));
  };
  const given = node.at('default').oneOf(MODES, 'accumulate');
  return { default: given, services: modesBy('OBR-4'), sections: modesBy('OBR-24') };
}

function namespacesOf(node: Node): readonly Namespace[] {
  const tokens = new Set<string>();
  return node.list().map((item) => {
    item.only('namespace', 'token', 'system', 'authorities', 'zeros', 'letters');
    const token = item.at('token').text();
    if (tokens.has(token)) item.at('token').fail('namespace', `the token "${token}" stands twice`);
    tokens.add(token);
    const system = item.at('system').text();
    if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(system)) item.at('system').fail('namespace', 'a system is an absolute URI');
    return {
      token,
      system,
      authorities: item.at('authorities').texts(),
      zeros: item.at('zeros').oneOf(['keep', 'strip'] as const, 'keep'),
      letters: item.at('letters').oneOf(['keep', 'upper'] as const, 'keep'),
    };
  });
}

const VISIT_KEYS: readonly VisitKeyField[] = ['PV1-19', 'PV1-50', 'PID-18'];

function visitOf(node: Node): CompiledFeed['visit'] {
  node.only('visit', 'keys', 'scope');
  const keys = node
    .at('keys')
    .list()
    .map((key) => key.oneOf(VISIT_KEYS));
  return {
    keys: keys.length === 0 ? ['PV1-19'] : keys,
    scope: node.at('scope').oneOf(['facility', 'patient'] as const, 'facility'),
  };
}

const systems = new Map(plan.systems.map((system) => [system.name, system.uri]));

function codesOf(node: Node): Record<string, Record<string, CodeRow>> {
  const tables = node.entries().map(([name, codes]) => {
    if (plan.tables[name] === undefined) codes.fail('table', `"${name}" is no code table`);
    return [name, Object.fromEntries(codes.entries().map(([code, row]) => [code, compileCode(row, systems)]))] as const;
  });
  return Object.fromEntries(tables);
}

// A feed's rows stand before the map's own, so what they give wins; a row with the key of a row of the map is refused.
function rowsOf(node: Node, known: Plan, set: string): Record<string, readonly Rule[]> {
  const vocabulary: Vocabulary = {
    systems,
    tables: new Map(Object.entries(known.tables)),
    datatypes: new Map(Object.entries(known.datatypes)),
  };
  const maps = node.entries().map(([name, rows]) => {
    const segment = known.segments[name];
    const table = known.records[set]?.tables[name];
    const home =
      segment === undefined
        ? ({ kind: 'table', name } as const)
        : ({ kind: 'segment', name: segment.segment } as const);
    const resource = segment?.resource ?? table?.resource;
    if (resource === undefined) {
      rows.fail('map', `"${name}" is no segment map${set === '' ? '' : ' and no table of the CSV set'}`);
      return [name, []] as const;
    }
    const rules = compileRows(rows, home, resource, vocabulary);
    const own = new Set((segment ?? table)?.rules.map((rule) => rule.key));
    for (const rule of rules) if (own.has(rule.key)) rows.fail('row-key', `"${rule.key}" is a row of the map already`);
    return [name, rules] as const;
  });
  return Object.fromEntries(maps);
}
