import type { Test } from './link-condition.ts';
import { linkCondition } from './link-condition.ts';
import type { Making, Plan } from './plan-shape.ts';
import type { Put } from './put.ts';
import { linkPut } from './put.ts';
import type { SegmentMap } from './rule.ts';
import type { RunRules } from './sink.ts';

export interface LinkedUse {
  readonly map: string;
  readonly segment: string;
  readonly all: boolean;
  readonly of?: readonly (readonly string[])[];
  /** Groups below that repeat are looked into as well. */
  readonly below?: true;
  readonly when?: Test;
  /** Number of the field whose repetitions the rows read one by one; 0 when the map runs once. */
  readonly each: number;
  readonly rules: RunRules;
}

export interface LinkedReference {
  readonly slot: string;
  readonly type: string;
  readonly put: Put;
  readonly choice?: boolean;
}

/** What fills a draft: its maps, the references that the engine states, and the list that holds it. */
export interface LinkedContent {
  readonly making: Pick<Making, 'key' | 'listed'>;
  readonly from: readonly LinkedUse[];
  readonly refs: readonly LinkedReference[];
  readonly listed?: LinkedListing;
}

export interface LinkedListing {
  readonly type: string;
  readonly slot: string;
  /** The element holds one entry, in the slot of its name; otherwise each entry has a slot of its own. */
  readonly own: boolean;
  readonly put: Put;
  readonly rules?: RunRules;
  readonly segment: string;
}

export function linkUses(
  uses: Making['from'],
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): readonly LinkedUse[] {
  return uses.map((use) => {
    const map = plan.segments[use.map] as SegmentMap;
    return {
      ...{ ...use, map: map.name, segment: map.segment, each: map.each ?? 0, rules: rulesOf(map) },
      ...(map.when === undefined ? {} : { when: linkCondition(map.when) }),
    };
  });
}

/** Where an earlier resource lists what is made. */
export function linkListed(
  listed: NonNullable<Making['listed']>,
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): LinkedListing {
  const map = listed.map === undefined ? undefined : plan.segments[listed.map];
  return {
    type: listed.type,
    slot: listed.slot ?? listed.to[0]?.name ?? '',
    own: listed.slot !== undefined,
    put: linkPut(listed.to),
    segment: map?.segment ?? '',
    ...(map === undefined ? {} : { rules: rulesOf(map) }),
  };
}
