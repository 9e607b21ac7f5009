import { parse } from 'yaml';
import type { Plan } from '../../../core/mapping/plan-shape.ts';
import type { Rule, Step } from '../../../core/mapping/rule.ts';
import type { ReadSources } from '../read-sources.ts';
import type { OfficialMap, OfficialRow } from './read-official.ts';

/** How our files carry one official row. */
export interface Carried {
  readonly how: 'runs' | 'skip' | 'instead';
  /** `mappings/` file and row, for what is told about it. */
  readonly at: string;
  /** Why it deviates, is done otherwise or is not executed. */
  readonly reason: string;
  /** Words of a trace of which one shows that it wrote an element. */
  readonly traces: readonly string[];
  /** FHIR paths that the row writes, or the code and its system; undefined where they are not compared. */
  readonly writes?: readonly string[];
}

/** Official row (`PID[Patient] PID-5.r1`) -> how we carry it. A row may be carried by several of ours. */
export type Ledger = ReadonlyMap<string, readonly Carried[]>;

interface Document {
  readonly official?: string | readonly string[];
  readonly rows?: readonly Row[];
  readonly resources?: readonly Row[];
}

interface Row {
  readonly key: string | readonly string[];
  readonly carries?: string | readonly string[];
  readonly why?: string;
  readonly skip?: string;
  readonly instead?: string;
  readonly from?: string | readonly string[];
  readonly listed?: string;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

type Entry = readonly [row: string, carried: Carried];

/** Reads which official rows our segment, datatype and message files carry. */
export function carriedRows({ sources }: ReadSources, plan: Pick<Plan, 'segments' | 'datatypes'>): Ledger {
  const documents = (kind: 'segments' | 'datatypes' | 'messages'): [string, Document][] =>
    Object.entries(sources[kind]) as [string, Document][];
  const entries = [
    ...(['segments', 'datatypes'] as const).flatMap((kind) =>
      documents(kind).flatMap(([name, document]) => rowsOf(kind, name, document, plan[kind][name]?.rules ?? [])),
    ),
    ...documents('messages').flatMap(([name, document]) => makingsOf(name, document)),
  ];
  const grouped = Map.groupBy(entries, ([row]) => row);
  return new Map([...grouped].map(([row, all]) => [row, all.map(([, carried]) => carried)]));
}

function rowsOf(kind: string, name: string, document: Document, compiled: readonly Rule[]): readonly Entry[] {
  const rules = new Map(compiled.map((rule) => [rule.key, rule]));
  return (document.rows ?? []).flatMap((row) => {
    const key = String(row.key);
    const carried = carriedBy(row, `${kind}/${name}.yaml`, [`${name} ${key}`], rules.get(key));
    return officialOf(row, document, /\.r\d+/).map(
      (official): Entry => [official, atHome(official, document, carried)],
    );
  });
}

// A row of another map begins where that map's value does: there `endpoint`, here `source.endpoint`.
function atHome(official: string, document: Document, carried: Carried): Carried {
  if (carried.writes === undefined || listOf(document.official).some((name) => official.startsWith(`${name} `)))
    return carried;
  const endings = carried.writes.flatMap((path) => path.split('.').map((_, at, steps) => steps.slice(at).join('.')));
  return { ...carried, writes: [...carried.writes, ...endings] };
}

/**
 * The rows of official messages that the envelope carries: in each structure those that name one of its segment maps. A
 * structure that has no such row is no fault.
 */
export function envelopeRows({ sources }: ReadSources, official: readonly OfficialMap[]): Ledger {
  const rows = Object.values(sources.envelope).flatMap((document) => (document as Document).resources ?? []);
  const structures = Object.entries(sources.messages) as [string, Document][];
  const segments = sources.segments as Readonly<Record<string, Document>>;
  const entries = structures.flatMap(([structure, document]) =>
    official
      .filter(({ name, kind }) => kind === 'messages' && listOf(document.official).includes(name))
      .flatMap((message) =>
        message.rows.flatMap((row) =>
          rows.flatMap((own) => envelopeEntry(own, structure, message.name, row, segments)),
        ),
      ),
  );
  const grouped = Map.groupBy(entries, ([row]) => row);
  return new Map([...grouped].map(([row, all]) => [row, all.map(([, carried]) => carried)]));
}

function envelopeEntry(
  own: Row,
  structure: string,
  name: string,
  row: OfficialRow,
  segments: Readonly<Record<string, Document>>,
): readonly Entry[] {
  const maps = listOf(own.from).filter((map) => listOf(segments[map]?.official).includes(row.via));
  const traces = maps.map((map) => `${structure}.${String(own.key)} ${map}`);
  return maps.length === 0 ? [] : [[`${name} ${row.key}`, carriedBy(own, 'envelope/message.yaml', traces, undefined)]];
}

function makingsOf(name: string, document: Document): readonly Entry[] {
  return (document.resources ?? []).flatMap((row) => {
    const by = / by (\S+)$/.exec(row.listed ?? '')?.[1];
    const maps = [
      ...listOf(row.from).map((map) => map.replace(/^first |^\w+\.|\*+$/g, '')),
      ...(by === undefined ? [] : [by]),
    ];
    const traces = maps.map((map) => `${String(row.key)} ${map}`);
    const carried = carriedBy(row, `messages/${name}.yaml`, traces, undefined);
    return officialOf(row, document, undefined).map((official): Entry => [official, carried]);
  });
}

function carriedBy(row: Row, file: string, traces: readonly string[], rule: Rule | undefined): Carried {
  const at = `${file} ${listOf(row.key).join(', ')}`;
  if (row.skip !== undefined) return { how: 'skip', at, reason: row.skip, traces: [] };
  if (row.instead !== undefined) return { how: 'instead', at, reason: row.instead, traces: [] };
  const writes = rule === undefined ? {} : { writes: pathsOf(rule) };
  return { how: 'runs', at, reason: row.why ?? '', traces, ...writes };
}

// Keys of listed rows are official ones; of other rows those that `own` knows.
function officialOf(row: Row, document: Document, own: RegExp | undefined): readonly string[] {
  const [first = ''] = listOf(document.official);
  const listed = row.skip !== undefined || row.instead !== undefined;
  const keys = listOf(row.key).filter((key) => listed || own?.test(key) === true);
  return [...keys, ...listOf(row.carries)].flatMap((key) => {
    const parts = key.split(' ');
    const [map, plain] = parts.length > 1 ? [parts[0] ?? '', parts[1] ?? ''] : [first, key];
    return expand(plain).map((one) => `${map} ${one}`);
  });
}

/** `PV1-7.r2..4` -> its three rows. */
function expand(key: string): readonly string[] {
  const parts = /^(.*\.r)(\d+)\.\.(\d+)$/.exec(key);
  if (parts === null) return [key];
  const [from, to] = [Number(parts[2]), Number(parts[3])];
  return Array.from({ length: to - from + 1 }, (_, at) => `${parts[1]}${from + at}`);
}

const pathOf = (steps: readonly Step[]): string => steps.map((step) => step.name.replace(/^_/, '')).join('.');

const pathsOf = (rule: Rule): readonly string[] =>
  [rule.to, ...rule.set.map((item) => item.to)]
    .filter((steps, at) => at > 0 || rule.type !== '' || steps.length > 0)
    .map(pathOf);

interface TableDocument {
  readonly official?: string | readonly string[];
  readonly codes?: Readonly<
    Record<string, string | { readonly why?: string; readonly skip?: string; readonly instead?: string }>
  >;
  readonly kept?: readonly string[];
  readonly skip?: string;
  readonly instead?: string;
}

/** A code table of ours as it stands against the official map of its name. */
export interface CarriedTable {
  readonly name: string;
  readonly kept: ReadonlySet<string>;
  readonly codes: ReadonlyMap<string, Carried>;
  /** Why no row reads the table, which stands there for the rows of feeds. */
  readonly unread: { readonly how: 'skip' | 'instead'; readonly reason: string } | undefined;
}

/** Official code map -> our table. */
export function carriedTables({ sources }: ReadSources, plan: Pick<Plan, 'tables'>): ReadonlyMap<string, CarriedTable> {
  const tables = Object.entries(sources.tables) as [string, TableDocument][];
  return new Map(
    tables.flatMap(([name, document]) => {
      const codes = Object.entries(document.codes ?? {}).map(
        ([code, row]) => [code, codeOf(name, code, row, plan)] as const,
      );
      const kept = new Set(listOf(document.kept).map(String));
      const table = { name, kept, codes: new Map(codes), unread: unreadOf(document) };
      return listOf(document.official).map((official) => [official, table] as const);
    }),
  );
}

function unreadOf({ skip, instead }: TableDocument): CarriedTable['unread'] {
  if (skip !== undefined) return { how: 'skip', reason: skip };
  return instead === undefined ? undefined : { how: 'instead', reason: instead };
}

type CodeDocument = NonNullable<TableDocument['codes']>[string];

function codeOf(name: string, code: string, row: CodeDocument, plan: Pick<Plan, 'tables'>): Carried {
  const table = plan.tables[name];
  const compiled = table?.codes[code];
  const words = typeof row === 'object' ? row : {};
  const at = `tables/${name}.yaml ${code}`;
  if (words.skip !== undefined) return { how: 'skip', at, reason: words.skip, traces: [] };
  if (words.instead !== undefined) return { how: 'instead', at, reason: words.instead, traces: [] };
  const writes = [compiled?.code ?? '', compiled?.system ?? table?.target ?? ''];
  // One code is read as another is, so that a trace of any of them shows that the table is read.
  return { how: 'runs', at, reason: words.why ?? '', traces: [`${name} `], writes };
}

/** `mappings/hl7v2/official.yaml`: official maps, or rows of them, that functions carry or that are not carried. */
export interface WholeMaps {
  readonly functions: ReadonlyMap<string, string>;
  readonly maps: ReadonlyMap<string, { readonly how: 'skip' | 'instead'; readonly reason: string }>;
}

export function readWholeMaps(text: string): WholeMaps {
  const { functions = {}, maps = {} } = parse(text) as {
    functions?: Record<string, string>;
    maps?: Record<string, { skip?: string; instead?: string }>;
  };
  const each = <T>(names: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
    Object.entries(names).flatMap(([name, value]) => expand(name).map((one) => [one, value] as const));
  return {
    functions: new Map(each(functions)),
    maps: new Map(
      each(maps).map(([name, { skip, instead = '' }]) => [
        name,
        skip === undefined ? { how: 'instead' as const, reason: instead } : { how: 'skip' as const, reason: skip },
      ]),
    ),
  };
}
