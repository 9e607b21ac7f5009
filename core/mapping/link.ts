import type { OpenFragment } from './draft.ts';
import type { Env } from './env.ts';
import { ValueEnv } from './env.ts';
import { isFunction } from './function-types.ts';
import type { Read } from './functions.ts';
import { functions, wholeField } from './functions.ts';
import { linkCondition } from './link-condition.ts';
import { linkResource } from './link-resource.ts';
import { linkTable, UnmappedCode } from './link-value.ts';
import type { Place } from './place.ts';
import type { Put } from './put.ts';
import { linkPut } from './put.ts';
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

  rules(rules: readonly Rule[]): RunRules {
    const linked = rules.map((rule) => this.#rule(rule));
    return (env, sink, offset) => {
      for (const run of linked) run(env, sink, offset);
    };
  }

  #rule(rule: Rule): RunRules {
    if (rule.ignore) return ignoring(rule);
    const test = rule.when === undefined ? undefined : linkCondition(rule.when);
    const value = rule.to.length > 0 || rule.type !== '' ? this.#value(rule) : undefined;
    return linkRow(rule, value, test);
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
    const rules = this.rules(map.rules);
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

/** A sink for one datatype value: every slot is the value itself. */
class ValueSink implements Sink {
  readonly value: OpenFragment = {};
  fragment(): OpenFragment {
    return this.value;
  }
  // A component that is null says that this part is empty; the part is left out of the new value.
  clear(): void {}
  slotOf(slot: string): string {
    return slot;
  }
}

function linkDatatype(rules: RunRules): Read {
  return (args, run) => {
    const place = args[0];
    if (place === undefined) return undefined;
    const sink = new ValueSink();
    rules(new ValueEnv(run, place), sink, 0);
    return isEmpty(sink.value) ? undefined : sink.value;
  };
}

function isEmpty(value: OpenFragment): boolean {
  for (const _ in value) return false;
  return true;
}

interface LinkedSet {
  readonly put: Put;
  readonly value: unknown;
}

function linkRow(rule: Rule, read: Read | undefined, test: ((env: Env) => boolean) | undefined): RunRules {
  const put = linkPut(rule.to);
  const sets = rule.set.map((item): LinkedSet => ({ put: linkPut(item.to), value: item.value }));
  const beside = linkBeside(rule.to);
  const choice = rule.choice ? (rule.to[0]?.name ?? rule.set[0]?.to[0]?.name) : undefined;
  const computed = rule.slot.includes('{');
  const write = (sink: Sink, value: unknown, place: Place | undefined, offset: number): void => {
    const slot = computed ? sink.slotOf(rule.slot, value) : rule.slot;
    const fragment = sink.fragment(slot, place, rule.key);
    if (choice !== undefined && !isFree(fragment, choice)) return;
    if (value instanceof UnmappedCode) beside?.(fragment, value, offset);
    else if (value !== undefined) put(fragment, value, offset);
    for (const set of sets) set.put(fragment, structuredClone(set.value), offset);
  };
  if (rule.from.length === 0) {
    return (env, sink, offset) => {
      if (test === undefined || test(env)) write(sink, undefined, undefined, offset);
    };
  }
  return linkReading(rule, read, test, write);
}

type Write = (sink: Sink, value: unknown, place: Place | undefined, offset: number) => void;

function linkReading(
  rule: Rule,
  read: Read | undefined,
  test: ((env: Env) => boolean) | undefined,
  write: Write,
): RunRules {
  const first = rule.from[0] as Rule['from'][number];
  const field = first.kind === 'field' ? first.field : 0;
  const repeats = repeatsOver(rule);
  return (env, sink, offset) => {
    const count = env.count(first);
    if (count === 0) return;
    env.field = field;
    let at = offset;
    const turns = repeats ? count : 1;
    for (let repetition = 1; repetition <= turns; repetition += 1) {
      env.repetition = repetition;
      if (test === undefined || test(env)) {
        if (env.run.trace !== undefined) for (const from of rule.from) noteRead(env.place(from, repetition), from, env);
        at += turn(rule, read, write, env, sink, repetition, at) ? 1 : 0;
      }
    }
    env.repetition = 1;
    if (!repeats && count > 1 && !wholeField.has(rule.via.name) && rule.to.length > 0) dropped(env, first, sink);
  };
}

// One repetition; true when it was valued, so that the next one goes to the next element.
function turn(
  rule: Rule,
  read: Read | undefined,
  write: Write,
  env: Env,
  sink: Sink,
  repetition: number,
  offset: number,
): boolean {
  const args: Place[] = [];
  for (const from of rule.from) {
    const place = env.place(from, repetition);
    if (place === undefined && args.length === 0) return false;
    if (place !== undefined) args.push(place);
  }
  const place = args[0] as Place;
  if (place.isNull()) {
    if (repetition === 1 && read !== undefined) sink.clear(rule.slot, place);
    return false;
  }
  if (read === undefined) {
    if (place.whole() === '') return false;
    write(sink, undefined, place, offset);
    return true;
  }
  const value = read(args, env.run, rule.via.argument);
  if (value === undefined) return false;
  write(sink, value, place, offset);
  return true;
}

// A field repeats into the list at the end of the path, or into the first list on the way.
function repeatsOver(rule: Rule): boolean {
  if (wholeField.has(rule.via.name)) return false;
  const steps = rule.to.length > 0 ? rule.to : (rule.set[0]?.to ?? []);
  return steps.some((step) => step.many);
}

function dropped(env: Env, at: Rule['from'][number], sink: Sink): void {
  const path = env.place(at, 2)?.path();
  if (path !== undefined && !(sink instanceof ValueSink))
    env.run.issue('value-dropped', path, 'only the first repetition has a place');
}

function isFree(fragment: OpenFragment, name: string): boolean {
  for (const held in fragment) return held === name;
  return true;
}

/** Keeps an unmapped code at the element's sibling: `_gender.extension`. */
function linkBeside(
  steps: readonly Step[],
): ((root: OpenFragment, code: UnmappedCode, offset: number) => void) | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const put = linkPut([...steps.slice(0, -1), { ...last, name: `_${last.name}` }]);
  return (root, code, offset) => put(root, { extension: [code.extension] }, offset);
}
