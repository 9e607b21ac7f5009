import { lengthPrefixed } from '../identity.ts';
import type { Issue } from '../outcome.ts';
import type { CompiledFeed } from './compiled-feed.ts';
import type { Conversion, NoteDraft, StatedTime } from './conversion.ts';
import type { TracedConversion } from './convert-message.ts';
import type { Draft } from './draft.ts';
import { DraftSink } from './draft-sink.ts';
import { RecordEnv } from './env.ts';
import { labelDrafts } from './labels.ts';
import type { LinkedPlan, LinkedRecord } from './plan.ts';
import type { RecordKey } from './plan-shape.ts';
import type { Setting } from './run.ts';
import { Run } from './run.ts';
import { Trace } from './trace.ts';

export interface RecordContext {
  readonly feed: CompiledFeed;
  readonly plan: LinkedPlan;
  readonly setting: Setting;
  readonly trace: boolean;
  /** Columns of each header seen, by the header itself: a table's header is one array for all its records. */
  readonly columns: WeakMap<readonly string[], ReadonlyMap<string, number>>;
}

/** Converts one CSV record of a table. `arrivalMs` orders the records of a table that names no time. */
export function convertRecord(
  table: string,
  header: readonly string[],
  cells: readonly string[],
  arrivalMs: number,
  context: RecordContext,
): TracedConversion {
  const linked = context.plan.records.get(table);
  const type = linked === undefined ? 'csv' : `csv:${table}`;
  if (linked === undefined) return unmapped(table, type, context.feed);
  if (cells.length !== header.length) return dead(type, 'record-ragged', table, []);
  const run = new Run(context.setting, context.trace ? new Trace() : undefined);
  const env = new RecordEnv(run, table, columnsOf(header, context), cells);
  const lacking = linked.plan.needs.find((column) => env.cell(column) === '');
  if (lacking !== undefined) return dead(type, missing(linked, lacking, header), `${table}.${lacking}`, []);
  const time = timeOf(linked, env, run, arrivalMs);
  if (time === undefined) return dead(type, 'time-unreadable', `${table}.${linked.plan.time[0]}`, run.issues);
  const draft = draftOf(linked, env, run);
  labelDrafts(run, context.feed, '');
  if (run.trace !== undefined) noteKeys(linked, run.trace);
  return {
    state: 'mapped',
    messageType: type,
    time,
    resources: [...run.drafts.values()].map((made) => made.finish()),
    notes: context.feed.notes.mode === 'off' ? [] : notesOf(linked, draft, env, run),
    issues: run.issues,
    ...(run.trace === undefined ? {} : { trace: run.trace.reportRecord(table, header, cells) }),
  };
}

function dead(
  messageType: string,
  reason: Extract<Conversion, { reason: unknown }>['reason'],
  path: string,
  issues: readonly Issue[],
): Conversion {
  return { state: 'dead', messageType, reason, path, issues };
}

// The table's name may come from a file name, so it is told only when the feed knows it.
function unmapped(table: string, messageType: string, feed: CompiledFeed): Conversion {
  const ignore = feed.csv?.ignore ?? [];
  if (ignore.includes('*') || ignore.includes(table))
    return { state: 'filtered', messageType, reason: 'table-not-mapped', issues: [] };
  return { state: 'dead', messageType, reason: 'table-unknown', issues: [] };
}

function missing(
  linked: LinkedRecord,
  column: string,
  header: readonly string[],
): 'header-invalid' | 'no-patient-id' | 'value-unreadable' {
  if (!header.includes(column)) return 'header-invalid';
  const patientColumns = linked.plan.resource === 'Patient' ? linked.plan.key.columns : ['PATIENT'];
  return patientColumns.includes(column) ? 'no-patient-id' : 'value-unreadable';
}

function columnsOf(header: readonly string[], { columns }: RecordContext): ReadonlyMap<string, number> {
  const known = columns.get(header);
  if (known !== undefined) return known;
  const made = new Map(header.map((column, at) => [column.trim(), at]));
  columns.set(header, made);
  return made;
}

function timeOf(linked: LinkedRecord, env: RecordEnv, run: Run, arrivalMs: number): StatedTime | undefined {
  const { time: named, table } = linked.plan;
  const column = named.find((name) => env.cell(name) !== '');
  if (column === undefined) {
    run.issue('order-by-arrival', table);
    return { epochMs: arrivalMs, precision: 7, sequence: 0 };
  }
  run.trace?.read(column);
  const time = run.time(env.cell(column), () => `${table}.${column}`);
  return time === undefined ? undefined : { epochMs: time.epochMs, precision: time.precision, sequence: 0 };
}

function idOf(type: string, key: RecordKey, env: RecordEnv, run: Run): string | undefined {
  const namespace = run.setting.namespaces.named(key.namespace);
  const [first, ...rest] = key.columns.map((column) => env.cell(column));
  if (first === undefined || (rest.length === 0 && first === '')) return undefined;
  // A key of one column is the number itself, so that HL7 and CSV meet on it.
  const value = rest.length === 0 ? namespace.normalise(first) : lengthPrefixed([first, ...rest]);
  return run.setting.id(type, namespace.token, value);
}

function draftOf(linked: LinkedRecord, env: RecordEnv, run: Run): Draft {
  const { plan } = linked;
  const draft = run.draft(
    plan.resource,
    idOf(plan.resource, plan.key, env, run) as string,
    plan.resource === 'Patient' ? 2 : 1,
  );
  linked.rules(env, new DraftSink(draft, run, plan.table), -1);
  for (const ref of linked.refs) {
    const id = idOf(ref.type, ref.key, env, run);
    if (id === undefined) continue;
    const from = `${plan.table}.${ref.key.columns[0]}`;
    ref.put(draft.fragment(ref.slot, from), { reference: `${ref.type}/${id}` }, 0, 0);
  }
  return draft;
}

function notesOf(linked: LinkedRecord, draft: Draft, env: RecordEnv, run: Run): readonly NoteDraft[] {
  const { note, table } = linked.plan;
  const patient = referenceOf(linked, 'Patient', env, run);
  const text = note === undefined ? '' : env.cell(note.column);
  if (note === undefined || patient === undefined || text === '') return [];
  const encounter = referenceOf(linked, 'Encounter', env, run);
  const date = draft.slots['date']?.value?.['date'] as string | undefined;
  return [
    {
      resource: draft.key,
      root: draft.root,
      patient,
      ...(encounter === undefined ? {} : { encounter }),
      from: `${table}.${note.column}`,
      text,
      ...(date === undefined ? {} : { date }),
    },
  ];
}

function referenceOf(linked: LinkedRecord, type: string, env: RecordEnv, run: Run): string | undefined {
  const ref = linked.refs.find((candidate) => candidate.type === type);
  const id = ref === undefined ? undefined : idOf(type, ref.key, env, run);
  return id === undefined ? undefined : `${type}/${id}`;
}

function noteKeys(linked: LinkedRecord, trace: Trace): void {
  for (const column of linked.plan.key.columns) trace.read(column);
  for (const ref of linked.refs) for (const column of ref.key.columns) trace.read(column);
}
