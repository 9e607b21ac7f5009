import { codeSyntaxes } from './code-syntax.ts';
import type { CompiledFeed } from './compiled-feed.ts';
import { plan as generated } from './generated/plan.ts';
import { Linker } from './link.ts';
import type { Test } from './link-condition.ts';
import { linkCondition } from './link-condition.ts';
import type { LinkedContent, LinkedReference } from './link-content.ts';
import { linkListed, linkUses } from './link-content.ts';
import type { LinkedEnvelope } from './link-envelope.ts';
import { linkEnvelope } from './link-envelope.ts';
import type { Making, MessagePlan, Plan, RecordPlan } from './plan-shape.ts';
import { linkPut } from './put.ts';
import type { CodeTable, SegmentMap } from './rule.ts';
import type { Setting } from './run.ts';
import type { RunRules } from './sink.ts';

export interface LinkedMaking extends LinkedContent {
  readonly making: Making;
  /** Names of the group joined by dots; '' for the message. */
  readonly path: string;
  /** It only lists what a row above makes of the same segments: without the list there is nothing to do. */
  readonly listsOnly: boolean;
  readonly when?: Test;
  readonly entryEnds?: Test;
  readonly listUnless?: Test;
}

export interface LinkedMessage {
  readonly plan: MessagePlan;
  readonly visitEvents: ReadonlySet<string>;
  /** Makings of a group, by its path; observations of a child group are made with their parent. */
  readonly at: ReadonlyMap<string, readonly LinkedMaking[]>;
  /** Path of a group -> the first row that makes something in it. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Empty where the converter was not asked for the envelope. */
  readonly envelope: readonly LinkedEnvelope[];
}

export interface LinkedRecord {
  readonly plan: RecordPlan;
  readonly rules: RunRules;
  readonly refs: readonly (LinkedReference & { readonly key: RecordPlan['key'] })[];
}

/** The plan as closures, with a feed's codes and rows in it. */
export interface LinkedPlan {
  readonly messages: ReadonlyMap<string, LinkedMessage>;
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

function linkMessages(
  plan: Plan,
  feed: CompiledFeed,
  linker: Linker,
  withEnvelope: boolean,
): ReadonlyMap<string, LinkedMessage> {
  const rules = new Map<string, RunRules>();
  const rulesOf = (map: SegmentMap): RunRules => {
    const known = rules.get(map.name) ?? linker.segment(map, feed.rows[map.name] ?? []);
    rules.set(map.name, known);
    return known;
  };
  const linked = new Map<string, LinkedMessage>();
  for (const message of plan.messages) {
    if (message.envelopeOnly === true && !withEnvelope) continue;
    const at = new Map<string, LinkedMaking[]>();
    for (const [row, making] of message.makings.entries()) {
      const listsOnly = isListing(making) && message.makings.slice(0, row).some((above) => isSameMade(above, making));
      const one = linkMaking(making, listsOnly, plan, rulesOf);
      const list = at.get(one.path);
      if (list === undefined) at.set(one.path, [one]);
      else list.push(one);
    }
    const envelope = withEnvelope ? linkEnvelope(message, plan, rulesOf) : [];
    const visitEvents = new Set(message.visitEvents);
    const entry = { plan: message, visitEvents, at, ranks: ranksOf(message), envelope };
    for (const type of message.types) linked.set(type, entry);
  }
  return linked;
}

function ranksOf(message: MessagePlan): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [rank, { each }] of message.makings.entries()) {
    for (let depth = 1; depth <= each.length; depth += 1) {
      const path = each.slice(0, depth).join('.');
      if (!ranks.has(path)) ranks.set(path, rank);
    }
  }
  return ranks;
}

function isListing({ listed, from, refs, entry, relates, list, sole }: Making): boolean {
  if (listed === undefined || from.length > 0 || refs.length > 0) return false;
  return entry === undefined && relates === undefined && list === undefined && sole !== true;
}

// Under one name, so that the rows below mean the same resource by it.
function isSameMade(above: Making, making: Making): boolean {
  if (above.when !== undefined || above.make !== making.make || above.as !== making.as) return false;
  return above.id === making.id && above.per === making.per && above.each.join('.') === making.each.join('.');
}

function linkMaking(
  making: Making,
  listsOnly: boolean,
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): LinkedMaking {
  const { listed } = making;
  return {
    making,
    listsOnly,
    path: making.each.join('.'),
    from: linkUses(making.from, plan, rulesOf),
    refs: making.refs.map((ref) => ({ ...ref, put: linkPut(ref.to) })),
    ...(making.when === undefined ? {} : { when: linkCondition(making.when) }),
    ...(making.entry?.ends === undefined ? {} : { entryEnds: linkCondition(making.entry.ends) }),
    ...(making.list?.unless === undefined ? {} : { listUnless: linkCondition(making.list.unless) }),
    ...(listed === undefined ? {} : { listed: linkListed(listed, plan, rulesOf) }),
  };
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
