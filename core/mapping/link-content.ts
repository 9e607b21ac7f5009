import type { Test } from './link-condition.ts';
import { linkCondition } from './link-condition.ts';
import type { Making, Plan, ReferenceSlot } from './plan-shape.ts';
import type { Put } from './put.ts';
import { linkPut } from './put.ts';
import type { SegmentMap } from './rule.ts';
import type { RunRules } from './sink.ts';

export interface LinkedUse {
  readonly map: string;
  readonly segment: string;
  readonly all: boolean;
  readonly of: readonly (readonly string[])[] | undefined;
  /** Groups below that repeat are looked into as well. */
  readonly below: boolean;
  /** Only the first segment has a place, and the others are told. */
  readonly several: boolean;
  readonly when: Test | undefined;
  /** Number of the field whose repetitions the rows read one by one; 0 when the map runs once. */
  readonly each: number;
  readonly rules: RunRules;
}

export interface LinkedReference {
  readonly slot: string;
  readonly type: string;
  readonly put: Put;
}

/**
 * What fills a draft: its maps, the references that the engine states, and the list that holds it. Every member is always
 * there, though it may hold `undefined`: these records are read for every message, and fastest when all are of one form.
 */
export interface LinkedContent {
  /** The row of the message table. */
  readonly key: string;
  readonly from: readonly LinkedUse[];
  /** References that are one type of a choice; they outrank what rows would make of it. */
  readonly choices: readonly LinkedReference[];
  readonly refs: readonly LinkedReference[];
  readonly listed: LinkedListing | undefined;
}

export interface LinkedListing {
  readonly type: string;
  readonly slot: string;
  /** The element holds one entry, in the slot of its name; otherwise each entry has a slot of its own. */
  readonly own: boolean;
  readonly put: Put;
  readonly map: string;
  readonly rules: RunRules | undefined;
  readonly segment: string;
}

export function linkUses(
  uses: Making['from'],
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): readonly LinkedUse[] {
  return uses.map(({ map: name, all, of, below, several }) => {
    const map = plan.segments[name] as SegmentMap;
    return {
      ...{ map: map.name, segment: map.segment, all, of, below: below === true, each: map.each ?? 0 },
      several: several === true,
      when: map.when === undefined ? undefined : linkCondition(map.when),
      rules: rulesOf(map),
    };
  });
}

/** References of a row, those of a choice or the others. */
export function linkReferences(refs: readonly ReferenceSlot[], choice: boolean): readonly LinkedReference[] {
  const wanted = refs.filter((ref) => (ref.choice === true) === choice);
  return wanted.map(({ slot, type, to }) => ({ slot, type, put: linkPut(to) }));
}

/** Where an earlier resource lists what is made. */
export function linkListed(
  listed: Making['listed'],
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): LinkedListing | undefined {
  if (listed === undefined) return undefined;
  const map = listed.map === undefined ? undefined : plan.segments[listed.map];
  return {
    type: listed.type,
    slot: listed.slot ?? listed.to[0]?.name ?? '',
    own: listed.slot !== undefined,
    put: linkPut(listed.to),
    map: listed.map ?? '',
    segment: map?.segment ?? '',
    rules: map === undefined ? undefined : rulesOf(map),
  };
}
