import { isFree as isChoiceFree, isFreeWithin } from './choice.ts';
import type { Env } from './env.ts';
import { isFunction } from './function-types.ts';
import type { Read } from './functions.ts';
import { wholeField } from './functions.ts';
import { ValueSink } from './link-datatype.ts';
import type { Write } from './link-write.ts';
import { linkWrite } from './link-write.ts';
import type { Place } from './place.ts';
import type { Rule, Step } from './rule.ts';
import type { RunRules, Sink } from './sink.ts';
import { spreadOf } from './spread.ts';

/** A row that only says that its fields were looked at. */
export function ignoring(rule: Rule): RunRules {
  return (env) => {
    const { trace } = env.run;
    if (trace === undefined) return;
    for (const at of rule.from) noteRead(env.place(at, 1), at, env);
  };
}

function noteRead(place: Place | undefined, at: Rule['from'][number], env: Env): void {
  if (at.kind === 'column') env.run.trace?.read(at.column);
  else if (at.kind === 'field' && place?.segment !== undefined) env.run.trace?.readField(place.segment, at.field);
}

interface LinkedRow {
  readonly map: string;
  readonly rule: Rule;
  readonly read: Read | undefined;
  readonly test: ((env: Env) => boolean) | undefined;
  readonly write: Write;
  /** The choice type that the row fills; another one of the same choice leaves it nothing to do. */
  readonly choice: string | undefined;
}

export function linkRow(
  map: string,
  rule: Rule,
  read: Read | undefined,
  test: ((env: Env) => boolean) | undefined,
): RunRules {
  const choice = rule.choice ? (rule.to[0]?.name ?? rule.set[0]?.to[0]?.name) : undefined;
  const row: LinkedRow = { map, rule, read, test, write: linkWrite(rule), choice };
  if (rule.from.length > 0) return linkReading(row);
  return (env, sink, offset) => {
    if (test !== undefined && !test(env)) return;
    if (isFree(row, sink, Math.max(offset, 0))) write(row, env, sink, undefined, undefined, Math.max(offset, 0), 0);
  };
}

// Writes what a row gave, and tells the trace if it came to stand.
function write(
  { map, rule, write: put }: LinkedRow,
  env: Env,
  sink: Sink,
  value: unknown,
  place: Place | undefined,
  offset: number,
  spread: number,
): void {
  const wrote = put(sink, value, place, offset, spread);
  const { trace } = env.run;
  if (!wrote || trace === undefined) return;
  trace.wrote(map, rule.key);
  if (isFunction(rule.via.name)) trace.wrote('via', rule.via.name);
}

function linkReading(row: LinkedRow): RunRules {
  const general = linkRepeating(row);
  const { rule, test } = row;
  const first = rule.from[0] as Rule['from'][number];
  if (rule.from.length > 1) return general;
  const { segment, field } = first.kind === 'field' ? first : { segment: '', field: 0 };
  // Nearly every field has one repetition, and then there is nothing to count or to drop.
  return (env, sink, offset) => {
    if (!env.has(first)) return;
    if (env.count(first) > 1) {
      general(env, sink, offset);
      return;
    }
    env.segment = segment;
    env.field = field;
    if (test === undefined || test(env)) turn(row, env, sink, offset < 0 ? 0 : offset, 0);
  };
}

function linkRepeating(row: LinkedRow): RunRules {
  const { rule, test } = row;
  const first = rule.from[0] as Rule['from'][number];
  const { segment, field } = first.kind === 'field' ? first : { segment: '', field: 0 };
  const spreads = spreadOf(rule);
  const reports = rule.to.length > 0 && !wholeField.has(rule.via.name);
  const speaks = linkSpeaks(rule.from);
  // In a list of segments the only list of the path is taken by the segments: one element each.
  const isSingle = (offset: number): boolean => spreads === 'no' || (spreads === 'only' && offset >= 0);
  return (env, sink, offset) => {
    if (!speaks(env)) return;
    env.segment = segment;
    env.field = field;
    const turns = isSingle(offset) ? 1 : Math.max(env.count(first), 1);
    let valued = 0;
    for (env.repetition = 1; env.repetition <= turns; env.repetition += 1) {
      if ((test === undefined || test(env)) && turn(row, env, sink, Math.max(offset, 0), valued)) valued += 1;
    }
    env.repetition = 1;
    if (reports && valued > 0 && turns < env.count(first)) dropped(env, first, sink);
  };
}

// A row over components reads what any of them says: a document without a type, or a number without a country, is one.
function linkSpeaks(from: Rule['from']): (env: Env) => boolean {
  const first = from[0] as Rule['from'][number];
  if (first.kind !== 'component' || from.length === 1) return (env) => env.has(first);
  return (env) => from.some((at) => env.has(at));
}

// One repetition; true when it was valued, so that the next one goes to the next element.
function turn(row: LinkedRow, env: Env, sink: Sink, offset: number, spread: number): boolean {
  const { rule, read } = row;
  const args = placesOf(rule, env);
  const place = args[0];
  if (place === undefined || !isFree(row, sink, offset + spread)) return false;
  if (place.isNull()) {
    if (env.repetition === 1 && read !== undefined) sink.clear(rule.slot, place);
    return false;
  }
  const value = read === undefined ? undefined : read(args, env.run, rule.via.argument);
  if (read === undefined ? place.whole() === '' : value === undefined) return false;
  write(row, env, sink, value, place, offset, spread);
  return true;
}

function isFree({ choice, rule }: LinkedRow, sink: Sink, element: number): boolean {
  const { slot, to, within } = rule;
  if (within !== undefined) {
    const [list, own] = to as readonly [Step, Step];
    return isFreeWithin(sink.held(slot), list.name, within, element, own.name, to.length > 2);
  }
  return choice === undefined || isChoiceFree(sink.held(slot), choice, to.length > 1);
}

// Empty when the first place is not there; a later one that is missing is only left out at the end.
function placesOf(rule: Rule, env: Env): readonly Place[] {
  if (rule.from.length === 1) return placeOf(rule.from[0] as Rule['from'][number], env);
  const places: Place[] = [];
  for (let at = 0; at < rule.from.length; at += 1) {
    const from = rule.from[at] as Rule['from'][number];
    const place = env.place(from, env.repetition);
    if (place === undefined) return places;
    if (env.run.trace !== undefined) noteRead(place, from, env);
    places.push(place);
  }
  return places;
}

function placeOf(at: Rule['from'][number], env: Env): readonly Place[] {
  const place = env.place(at, env.repetition);
  if (place === undefined) return [];
  if (env.run.trace !== undefined) noteRead(place, at, env);
  return [place];
}

function dropped(env: Env, at: Rule['from'][number], sink: Sink): void {
  const path = env.place(at, 2)?.path();
  if (path !== undefined && !(sink instanceof ValueSink))
    env.run.issue('value-dropped', path, 'only the first repetition has a place');
}

// PID-2, PID-3 and PID-4 often repeat one number; it is stated once.
