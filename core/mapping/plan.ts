import { codeSyntaxes } from './code-syntax.ts';
import type { CompiledFeed } from './compiled-feed.ts';
import { plan as generated } from './generated/plan.ts';
import { Linker } from './link.ts';
import type { LinkedReference } from './link-content.ts';
import type { LinkedEnvelope } from './link-envelope.ts';
import { linkEnvelope } from './link-envelope.ts';
import type { LinkedGroup } from './link-groups.ts';
import { linkGroups } from './link-groups.ts';
import { linkMaking } from './link-making.ts';
import type { MessagePlan, Plan, RecordPlan } from './plan-shape.ts';
import { linkPut } from './put.ts';
import type { CodeTable, SegmentMap } from './rule.ts';
import type { Setting } from './run.ts';
import type { RunRules } from './sink.ts';

export interface LinkedMessage {
  readonly plan: MessagePlan;
  readonly visitEvents: ReadonlySet<string>;
  /** The rows by the groups they make things in; this is the message itself. */
  readonly root: LinkedGroup;
  /** Empty where the converter was not asked for the envelope. */
  readonly envelope: readonly LinkedEnvelope[];
}

export interface LinkedRecord {
  readonly plan: RecordPlan;
  readonly rules: RunRules;
  readonly refs: readonly (LinkedReference & { readonly key: RecordPlan['key'] })[];
}

/** The message types that are known. A structure is linked when its first message comes: a feed sends few of them. */
export interface LinkedMessages {
  get(type: string): LinkedMessage | undefined;
  keys(): Iterable<string>;
}

/** The plan as code that runs, with a feed's codes and rows in it. */
export interface LinkedPlan {
  readonly messages: LinkedMessages;
  readonly records: ReadonlyMap<string, LinkedRecord>;
}

/**
 * Links the generated plan and a feed; everything that can be looked up once is looked up here. With `trace` all rows are
 * closures, which tell what each of them did.
 */
export function linkPlan(
  feed: CompiledFeed,
  options: { readonly envelope?: boolean; readonly trace?: boolean } = {},
  plan: Plan = generated,
): LinkedPlan {
  const { envelope = false, trace = false } = options;
  const linker = new Linker(tablesOf(plan, feed), plan.datatypes, !trace && plan === generated);
  return {
    messages: feed.format === 'hl7v2' ? linkMessages(plan, feed, linker, envelope) : new Map(),
    records: linkRecords(plan, feed, linker),
  };
}

// A feed's codes add to a table or replace its rows.
function tablesOf(plan: Plan, feed: CompiledFeed): ReadonlyMap<string, CodeTable> {
  return new Map(
    Object.values(plan.tables).map((table) => {
      const own = feed.codes[table.name];
      return [table.name, own === undefined ? table : { ...table, codes: { ...table.codes, ...own } }];
    }),
  );
}

function linkMessages(plan: Plan, feed: CompiledFeed, linker: Linker, withEnvelope: boolean): LinkedMessages {
  const rules = new Map<string, RunRules>();
  const rulesOf = (map: SegmentMap): RunRules => {
    const known = rules.get(map.name) ?? linkWhenRun(map, feed, linker);
    rules.set(map.name, known);
    return known;
  };
  const structures = plan.messages.filter((message) => message.envelopeOnly !== true || withEnvelope);
  const byType = new Map(structures.flatMap((message) => message.types.map((type) => [type, message] as const)));
  const linked = new Map<MessagePlan, LinkedMessage>();
  return {
    keys: () => byType.keys(),
    get: (type) => {
      const message = byType.get(type);
      const known = message === undefined ? undefined : linked.get(message);
      if (message === undefined || known !== undefined) return known;
      const made = linkMessage(message, plan, feed, rulesOf, withEnvelope);
      linked.set(message, made);
      return made;
    },
  };
}

// A structure names ten times the maps that its messages come to need, so a map is linked when its segment first comes.
function linkWhenRun(map: SegmentMap, feed: CompiledFeed, linker: Linker): RunRules {
  let linked: RunRules | undefined;
  return (env, sink, offset) => {
    linked ??= linker.segment(map, feed.rows[map.name] ?? []);
    linked(env, sink, offset);
  };
}

function linkMessage(
  message: MessagePlan,
  plan: Plan,
  feed: CompiledFeed,
  rulesOf: (map: SegmentMap) => RunRules,
  withEnvelope: boolean,
): LinkedMessage {
  const makings = message.makings.map((making, row) =>
    linkMaking(making, message.makings.slice(0, row), plan, rulesOf),
  );
  return {
    // A copy, whose grammar is a value and no longer read at every message.
    plan: { ...message },
    visitEvents: new Set(message.visitEvents),
    root: linkGroups(message.grammar, message.makings, makings, unreadIn(message, feed)),
    envelope: withEnvelope ? linkEnvelope(message, plan, rulesOf) : [],
  };
}

// What a feed's own rows read is not lost, whatever map they stand in.
function unreadIn({ unread }: MessagePlan, { rows }: CompiledFeed): readonly string[] {
  const places = Object.values(rows).flatMap((own) => own.flatMap(({ from }) => from));
  const read = new Set(places.map((at) => (at.kind === 'field' ? at.segment : '')));
  return unread.filter((place) => !read.has(place.slice(place.lastIndexOf('.') + 1)));
}

function linkRecords(plan: Plan, feed: CompiledFeed, linker: Linker): ReadonlyMap<string, LinkedRecord> {
  const set = feed.csv === undefined ? undefined : plan.records[feed.csv.set];
  return new Map(
    Object.values(set?.tables ?? {}).map((table) => [
      table.table,
      {
        plan: table,
        rules: linker.rules(table.table, [...(feed.rows[table.table] ?? []), ...table.rules]),
        refs: table.refs.map((ref) => ({ slot: ref.slot, type: ref.type, key: ref.key, put: linkPut(ref.to) })),
      },
    ]),
  );
}

/** The words that functions look up: code systems by every name a sender gives them, and units. */
export function vocabularyOf(feed: CompiledFeed, plan: Plan = generated): Pick<Setting, 'systems' | 'units'> {
  const systems = plan.systems.flatMap((system) => {
    const accepts = codeSyntaxes[system.syntax as keyof typeof codeSyntaxes] ?? (() => false);
    const names = [system.name, ...system.names, system.uri];
    return names.map((name) => [name.toUpperCase(), { uri: system.uri, accepts }] as const);
  });
  const { valid, aliases } = plan.units;
  return {
    systems: new Map(systems),
    units: { valid: new Set(valid), aliases: new Map([...Object.entries(aliases), ...Object.entries(feed.units)]) },
  };
}
