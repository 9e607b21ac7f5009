import { ValueEnv } from './env.ts';
import { isFunction } from './function-types.ts';
import type { Read } from './functions.ts';
import { functions } from './functions.ts';
import { resourceRows, segmentRows, valueRows } from './generated/straight-rows.js';
import { linkCondition } from './link-condition.ts';
import { linkDatatype } from './link-datatype.ts';
import { linkResource } from './link-resource.ts';
import { ignoring, linkRow } from './link-row.ts';
import { LinkedTable, linkTable } from './link-value.ts';
import { linkWrite } from './link-write.ts';
import type { Place } from './place.ts';
import type { CodeTable, DatatypeMap, Rule, SegmentMap } from './rule.ts';
import type { Run } from './run.ts';
import type { RunRules } from './sink.ts';
import type { ResourceRows, StraightLinks, ValueRows } from './straight.ts';

/**
 * Links rows when their map first runs: to the straight code that the compiler wrote for their map, or row by row to
 * closures. Closures tell traces what each row did, and run the rows that a feed has of its own. Datatype maps are linked
 * at first use and shared.
 */
export class Linker {
  readonly #tables: ReadonlyMap<string, CodeTable>;
  readonly #datatypes: Readonly<Record<string, DatatypeMap>>;
  readonly #straight: boolean;
  readonly #reads = new Map<string, ReadPlace>();
  readonly #linkedTables = new Map<string, LinkedTable>();

  constructor(
    tables: ReadonlyMap<string, CodeTable>,
    datatypes: Readonly<Record<string, DatatypeMap>>,
    straight: boolean,
  ) {
    this.#tables = tables;
    this.#datatypes = datatypes;
    this.#straight = straight;
  }

  /** The rows of a segment map; those of the feed stand before them. */
  segment(map: SegmentMap, own: readonly Rule[]): RunRules {
    const make = this.#straight ? segmentRows[map.name] : undefined;
    if (make === undefined) return this.rules(map.name, [...own, ...map.rules]);
    const straight = make(this.#links(map)) as RunRules;
    if (own.length === 0) return straight;
    const before = this.rules(map.name, own);
    return (env, sink, offset) => {
      before(env, sink, offset);
      straight(env, sink, offset);
    };
  }

  /** Rows as closures; `map` names their map in traces. */
  rules(map: string, rules: readonly Rule[]): RunRules {
    const rows = rules.map((rule) => this.#rule(map, rule));
    return (env, sink, offset) => {
      for (const row of rows) row(env, sink, offset);
    };
  }

  // The rows themselves are read only where a closure is needed.
  #links(map: SegmentMap | DatatypeMap): StraightLinks {
    const ruleAt = (at: number): Rule => map.rules[at] as Rule;
    const row = (at: number): RunRules => lazily(() => this.#rule(map.name, ruleAt(at)));
    return {
      row,
      part: (at) => {
        const run = row(at);
        return (place, message, sink) => run(new ValueEnv(message, place), sink, -1);
      },
      write: (at) => lazily(() => linkWrite(ruleAt(at))),
      table: (name) => this.#table(name),
      datatype: (name) => this.#datatype(name),
    };
  }

  #rule(map: string, rule: Rule): RunRules {
    if (rule.ignore) return ignoring(rule);
    const test = rule.when === undefined ? undefined : linkCondition(rule.when);
    const value = rule.to.length > 0 || rule.type !== '' ? this.#value(rule) : undefined;
    return linkRow(map, rule, value, test);
  }

  #value(rule: Rule): Read {
    const read = this.#read(rule.via.name);
    return rule.table === undefined ? read : linkTable(rule, read, this.#table(rule.table));
  }

  #table(name: string): LinkedTable {
    const known = this.#linkedTables.get(name);
    if (known !== undefined) return known;
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`The plan has no code table ${name}`);
    const linked = new LinkedTable(table);
    this.#linkedTables.set(name, linked);
    return linked;
  }

  #read(name: string): Read {
    if (isFunction(name)) return functions[name];
    const read = this.#datatype(name);
    return ([place], run) => (place === undefined ? undefined : read(place, run));
  }

  #datatype(name: string): ReadPlace {
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const map = this.#datatypes[name];
    if (map === undefined) throw new Error(`The plan has no datatype map ${name}`);
    const read = map.resource ? linkResource(map, this.#resourceRows(map)) : this.#valueRows(map);
    this.#reads.set(name, read);
    return read;
  }

  #valueRows(map: DatatypeMap): ValueRows {
    const make = this.#straight ? valueRows[map.name] : undefined;
    return make === undefined ? linkDatatype(this.rules(map.name, map.rules)) : make(this.#links(map));
  }

  #resourceRows(map: DatatypeMap): ResourceRows {
    const make = this.#straight ? resourceRows[map.name] : undefined;
    if (make !== undefined) return make(this.#links(map));
    const rules = this.rules(map.name, map.rules);
    return (place, run, sink) => rules(new ValueEnv(run, place), sink, -1);
  }
}

type ReadPlace = (place: Place, run: Run) => unknown;

/** Many rows never speak, and their closures are not made. */
function lazily<Args extends unknown[], Result>(make: () => (...args: Args) => Result): (...args: Args) => Result {
  let made: ((...args: Args) => Result) | undefined;
  return (...args) => {
    made ??= make();
    return made(...args);
  };
}
