import { isFunction } from '../../../core/mapping/function-types.ts';
import type { Carried, CarriedTable, Ledger, WholeMaps } from './carried.ts';
import type { Kind, OfficialMap, OfficialRow } from './read-official.ts';
import { agrees, sameCode } from './same.ts';

/** What stands of an official row on our side. */
export type Standing = 'executed' | 'deviating' | 'skipped' | 'open';

export interface StandingRow {
  readonly row: OfficialRow;
  readonly standing: Standing;
  /** Why it deviates or is not executed; of an open one what is missing. */
  readonly reason: string;
}

export interface ComparedMap {
  readonly kind: Kind;
  readonly name: string;
  readonly rows: readonly StandingRow[];
  /** A file of ours carries it, or a function does. */
  readonly carried: boolean;
}

export interface Ours {
  readonly ledger: Ledger;
  readonly tables: ReadonlyMap<string, CarriedTable>;
  readonly whole: WholeMaps;
  /** Our segment map -> official maps that it carries. */
  readonly segments: ReadonlyMap<string, readonly string[]>;
  readonly written: ReadonlySet<string>;
}

export interface Comparison {
  readonly maps: readonly ComparedMap[];
  /** What our files say of the official ones and is not so: each must be mended. */
  readonly faults: readonly string[];
}

/** Holds every official row with a target against what our files carry and a trace saw. */
export function compare(official: readonly OfficialMap[], ours: Ours): Comparison {
  const faults: string[] = [];
  const maps = official.map((map) =>
    map.kind === 'tables' ? compareTable(map, ours, faults) : compareRows(map, ours, faults),
  );
  faults.push(...strangers(official, ours));
  return { maps, faults };
}

function compareRows(map: OfficialMap, ours: Ours, faults: string[]): ComparedMap {
  const { maps, functions } = ours.whole;
  const rows = map.rows.map((row): StandingRow => {
    const key = `${map.name} ${row.key}`;
    const carried = ours.ledger.get(key) ?? [];
    const whole = maps.get(key) ?? maps.get(map.name);
    const named = functions.get(key) ?? functions.get(map.name);
    if (carried.length > 0) return standingOf(map, row, carried, ours, faults);
    if (whole !== undefined)
      return { row, standing: whole.how === 'skip' ? 'skipped' : 'deviating', reason: whole.reason };
    if (named === undefined) return { row, standing: 'open', reason: '' };
    if (ours.written.has(`via ${named}`)) return { row, standing: 'executed', reason: '' };
    return { row, standing: 'open', reason: `no trace shows the function ${named}` };
  });
  const carried = rows.some((row) => row.standing !== 'open' || row.reason !== '');
  return { kind: map.kind, name: map.name, rows, carried };
}

function standingOf(
  map: OfficialMap,
  row: OfficialRow,
  all: readonly Carried[],
  ours: Ours,
  faults: string[],
): StandingRow {
  const running = all.filter((one) => one.how === 'runs');
  const listed = all.find((one) => one.how !== 'runs');
  if (listed !== undefined) {
    if (running.length > 0)
      faults.push(`${listed.at}: ${map.name} ${row.key} is listed, and ${running[0]?.at} runs it`);
    return { row, standing: listed.how === 'skip' ? 'skipped' : 'deviating', reason: listed.reason };
  }
  for (const one of running) {
    if (one.reason === '' && one.writes !== undefined && !agrees(row.target, one.writes)) {
      faults.push(`${one.at}: ${map.name} ${row.key} says "${row.target}"; a row that deviates says why`);
    }
  }
  const traces = running.flatMap((one) => tracesOf(one, map, row, ours, faults));
  if (!traces.some((trace) => ours.written.has(trace)))
    return { row, standing: 'open', reason: 'no trace shows it writing' };
  const reason = running.find((one) => one.reason !== '')?.reason;
  return { row, standing: reason === undefined ? 'executed' : 'deviating', reason: reason ?? '' };
}

// A row of a message is executed by the segment map that it names.
function tracesOf(
  carried: Carried,
  map: OfficialMap,
  row: OfficialRow,
  ours: Ours,
  faults: string[],
): readonly string[] {
  if (map.kind !== 'messages') return carried.traces;
  const fitting = carried.traces.filter(
    (trace) => ours.segments.get(trace.split(' ')[1] ?? '')?.includes(row.via) === true,
  );
  if (fitting.length === 0)
    faults.push(`${carried.at}: ${map.name} ${row.key} names ${row.via}, which no map there carries`);
  return fitting;
}

function compareTable(map: OfficialMap, ours: Ours, faults: string[]): ComparedMap {
  const table = ours.tables.get(map.name);
  const whole = ours.whole.maps.get(map.name);
  if (table === undefined) {
    const rows = map.rows.map((row): StandingRow => {
      if (whole === undefined) return { row, standing: 'open', reason: '' };
      return { row, standing: whole.how === 'skip' ? 'skipped' : 'deviating', reason: whole.reason };
    });
    return { kind: map.kind, name: map.name, rows, carried: whole !== undefined };
  }
  const isRead = [...ours.written].some((word) => word.startsWith(`${table.name} `));
  const rows = map.rows.map((row) => codeStanding(map, row, table, isRead, faults));
  for (const code of map.untargeted) {
    if (!table.kept.has(code) && !table.codes.has(code)) {
      faults.push(`tables/${table.name}.yaml: "${code}" has no official target and is neither mapped nor kept`);
    }
  }
  return { kind: map.kind, name: map.name, rows, carried: true };
}

function codeStanding(
  map: OfficialMap,
  row: OfficialRow,
  table: CarriedTable,
  isRead: boolean,
  faults: string[],
): StandingRow {
  const code = row.key.replace(/\.r\d+$/, '');
  const carried = table.codes.get(code);
  if (carried === undefined) {
    faults.push(`tables/${table.name}.yaml: "${code}" of ${map.name} has a target and no row`);
    return { row, standing: 'open', reason: 'no row' };
  }
  if (carried.how !== 'runs') {
    return { row, standing: carried.how === 'skip' ? 'skipped' : 'deviating', reason: carried.reason };
  }
  if (carried.reason === '' && !sameCode(row, carried.writes ?? [])) {
    faults.push(`${carried.at}: ${map.name} says ${row.system}#${row.target}; a code that deviates says why`);
  }
  if (!isRead) return unreadStanding(row, table);
  return { row, standing: carried.reason === '' ? 'executed' : 'deviating', reason: carried.reason };
}

function unreadStanding(row: OfficialRow, { unread }: CarriedTable): StandingRow {
  if (unread === undefined) return { row, standing: 'open', reason: 'carried; no row reads the table yet' };
  return { row, standing: unread.how === 'skip' ? 'skipped' : 'deviating', reason: unread.reason };
}

// What our files carry and no official file holds.
function strangers(official: readonly OfficialMap[], ours: Ours): readonly string[] {
  const known = new Set(official.flatMap((map) => map.rows.map((row) => `${map.name} ${row.key}`)));
  const maps = new Set([...known, ...official.map((map) => map.name)]);
  const { whole } = ours;
  const rows = [...ours.ledger].filter(([row]) => !known.has(row));
  const names = [...ours.tables.keys(), ...whole.functions.keys(), ...whole.maps.keys()].filter(
    (name) => !maps.has(name),
  );
  const functions = [...whole.functions.values()].filter((name) => !isFunction(name));
  const twice = [...whole.functions.keys(), ...whole.maps.keys()].filter((name) => ours.ledger.has(name));
  return [
    ...rows.map(([row, carried]) => `${carried[0]?.at}: "${row}" is no official row with a target`),
    ...names.map((name) => `"${name}" is no official map and no row of one`),
    ...functions.map((name) => `official.yaml: "${name}" is no function`),
    ...twice.map((name) => `official.yaml: "${name}" is carried by a row of ours as well`),
  ];
}
