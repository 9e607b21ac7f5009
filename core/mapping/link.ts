import { runActive } from './active-rows.ts';
import type { OpenFragment } from './draft.ts';
import type { Env } from './env.ts';
import { isFunction } from './function-types.ts';
import type { Read } from './functions.ts';
import { functions, wholeField } from './functions.ts';
import { linkCondition } from './link-condition.ts';
import { linkDatatype, ValueSink } from './link-datatype.ts';
import { isPartAsItStands, linkPart } from './link-part.ts';
import { linkResource } from './link-resource.ts';
import { linkTable, UnmappedCode } from './link-value.ts';
import type { Place } from './place.ts';
import { linkAppend, linkPut } from './put.ts';
import type { CodeTable, DatatypeMap, Rule, Step } from './rule.ts';
import type { RunRules, Sink } from './sink.ts';

/** Links rows to closures once, when a converter is made; datatype maps are linked at first use and shared. */
export class Linker {
  readonly #tables: ReadonlyMap<string, CodeTable>;
  readonly #datatypes: Readonly<Record<string, DatatypeMap>>;
  readonly #reads = new Map<string, Read>();

  constructor(tables: ReadonlyMap<string, CodeTable>, datatypes: Readonly<Record<string, DatatypeMap>>) {
    this.#tables = tables;
    this.#datatypes = datatypes;
  }

  /** `map` names the rows' map in traces; `segment` is the one whose fields most of its rows read. */
  rules(map: string, rules: readonly Rule[], segment = ''): RunRules {
    return runActive(
      rules.map((rule) => ({ rule, run: this.#rule(map, rule) })),
      segment,
    );
  }

  #rule(map: string, rule: Rule): RunRules {
    if (rule.ignore) return ignoring(rule);
    const test = rule.when === undefined ? undefined : linkCondition(rule.when);
    const value = rule.to.length > 0 || rule.type !== '' ? this.#value(rule) : undefined;
    return linkRow(map, rule, value, test);
  }

  #value(rule: Rule): Read {
    const read = this.#read(rule.via.name);
    const table = rule.table === undefined ? undefined : this.#tables.get(rule.table);
    return table === undefined ? read : linkTable(rule, read, table);
  }

  #read(name: string): Read {
    if (isFunction(name)) return functions[name];
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const map = this.#datatypes[name];
    if (map === undefined) throw new Error(`The plan has no datatype map ${name}`);
    const rules = this.rules(map.name, map.rules);
    const read = map.resource ? linkResource(map, rules) : linkDatatype(rules);
    this.#reads.set(name, read);
    return read;
  }
}

function ignoring(rule: Rule): RunRules {
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

/** Answers whether an element came to stand. */
type Write = (sink: Sink, value: unknown, place: Place | undefined, offset: number, spread: number) => boolean;

interface LinkedRow {
  readonly map: string;
  readonly rule: Rule;
  readonly read: Read | undefined;
  readonly test: ((env: Env) => boolean) | undefined;
  readonly write: Write;
  /** The choice type that the row fills; another one of the same choice leaves it nothing to do. */
  readonly choice: string | undefined;
}

function linkRow(map: string, rule: Rule, read: Read | undefined, test: ((env: Env) => boolean) | undefined): RunRules {
  const choice = rule.choice ? (rule.to[0]?.name ?? rule.set[0]?.to[0]?.name) : undefined;
  const row: LinkedRow = { map, rule, read, test, write: linkWrite(rule), choice };
  if (rule.from.length > 0) return linkReading(row);
  return (env, sink, offset) => {
    if (test !== undefined && !test(env)) return;
    if (isFree(row, sink, Math.max(offset, 0))) write(row, env, sink, undefined, undefined, Math.max(offset, 0), 0);
  };
}

function linkWrite(rule: Rule): Write {
  const put = rule.via.argument === 'joined' ? linkAppend(rule.to) : linkPut(rule.to);
  const sets = rule.set.map((item) => ({ put: linkPut(item.to, rule.to), value: item.value }));
  const beside = linkBeside(rule.to);
  const computed = rule.slot.includes('{');
  if (!computed && sets.length === 0) {
    const { slot, key } = rule;
    return (sink, value, place, offset, spread) => {
      if (value === undefined) return false;
      const fragment = sink.fragment(slot, place, key);
      if (value instanceof UnmappedCode) return beside?.(fragment, value, offset, spread) === true;
      return put(fragment, value, offset, spread);
    };
  }
  return (sink, value, place, offset, spread) => {
    const slot = computed ? sink.slotOf(rule.slot, value) : rule.slot;
    const fragment = sink.fragment(slot, place, rule.key);
    if (computed && holdsSame(fragment, rule.to[0]?.name ?? '', value)) return true;
    // Such a slot holds repetitions of its own name alone: what is set belongs to the one that is written now.
    const [within, element] = computed ? [0, heldIn(fragment, rule.to[0]?.name ?? '')] : [offset, spread];
    let wrote =
      value instanceof UnmappedCode
        ? beside?.(fragment, value, offset, spread) === true
        : value !== undefined && put(fragment, value, offset, spread);
    for (const set of sets) wrote = set.put(fragment, copyOf(set.value), within, element) || wrote;
    return wrote;
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

// A literal of the plan is shared by all messages, and rows may join into what they find.
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: OpenFragment = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as OpenFragment)[key]);
  return copy;
}

function linkReading(row: LinkedRow): RunRules {
  const general = linkRepeating(row);
  const { rule, test } = row;
  const first = rule.from[0] as Rule['from'][number];
  if (rule.from.length > 1) return general;
  if (isPartAsItStands(rule) && test === undefined) return linkPart(rule, first, general);
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
  if (rule.within !== undefined) return isFreeWithin(rule, rule.within, sink, element);
  if (choice === undefined) return true;
  const held = sink.held(rule.slot);
  // Several rows may fill the parts of one type (a period's start and end); a whole value is given once.
  for (const name in held) return name === choice && rule.to.length > 1;
  return true;
}

// The same in one element of a list: `component.value[x]` is given once in each component.
function isFreeWithin({ to, slot }: Rule, base: string, sink: Sink, element: number): boolean {
  const [list, own] = to as readonly [Step, Step];
  const elements = sink.held(slot)?.[list.name] as readonly OpenFragment[] | undefined;
  for (const name in elements?.[element]) {
    if (name.startsWith(base) && /^[A-Z]/.test(name.slice(base.length))) return name === own.name && to.length > 2;
  }
  return true;
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

/** Whether a field's repetitions have a place: in the last list of the path, which may be its only one. */
function spreadOf(rule: Rule): 'no' | 'only' | 'yes' {
  if (wholeField.has(rule.via.name)) return 'no';
  const steps = rule.to.length > 0 ? rule.to : (rule.set[0]?.to ?? []);
  // A list entered at a given index takes one value.
  const lists = steps.filter((step) => step.many && step.index === 0).length;
  if (lists === 0) return 'no';
  return lists === 1 && steps.at(-1)?.many !== true ? 'only' : 'yes';
}

function dropped(env: Env, at: Rule['from'][number], sink: Sink): void {
  const path = env.place(at, 2)?.path();
  if (path !== undefined && !(sink instanceof ValueSink))
    env.run.issue('value-dropped', path, 'only the first repetition has a place');
}

// PID-2, PID-3 and PID-4 often repeat one number; it is stated once.
function holdsSame(fragment: OpenFragment, name: string, value: unknown): boolean {
  const held = fragment[name] as readonly unknown[] | undefined;
  if (held === undefined) return false;
  const text = JSON.stringify(value);
  return held.some((item) => JSON.stringify(item) === text);
}

const heldIn = (fragment: OpenFragment, name: string): number =>
  (fragment[name] as readonly unknown[] | undefined)?.length ?? 0;

/** Keeps an unmapped code at the element's sibling: `_gender.extension`. */
function linkBeside(
  steps: readonly Step[],
): ((root: OpenFragment, code: UnmappedCode, offset: number, spread: number) => boolean) | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const put = linkPut([...steps.slice(0, -1), { ...last, name: `_${last.name}` }]);
  return (root, code, offset, spread) => put(root, { extension: [code.extension] }, offset, spread);
}
