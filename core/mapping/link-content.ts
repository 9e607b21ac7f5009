import type { Making, Plan } from './plan-shape.ts';
import type { Put } from './put.ts';
import { linkPut } from './put.ts';
import type { SegmentMap } from './rule.ts';
import type { RunRules } from './sink.ts';

export interface LinkedUse {
  readonly map: string;
  readonly segment: string;
  readonly all: boolean;
  readonly of?: string;
  /** Groups below that repeat are looked into as well. */
  readonly below?: true;
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
  readonly listed?: {
    readonly type: string;
    readonly slot: string;
    readonly put: Put;
    readonly rules?: RunRules;
    readonly segment: string;
  };
}

export function linkUses(
  uses: Making['from'],
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): readonly LinkedUse[] {
  return uses.map((use) => {
    const map = plan.segments[use.map] as SegmentMap;
    return { ...use, map: map.name, segment: map.segment, rules: rulesOf(map) };
  });
}

/** Where an earlier resource lists what is made. */
export function linkListed(
  listed: NonNullable<Making['listed']>,
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): NonNullable<LinkedContent['listed']> {
  const map = listed.map === undefined ? undefined : plan.segments[listed.map];
  return {
    type: listed.type,
    slot: listed.to[0]?.name ?? '',
    put: linkPut(listed.to),
    segment: map?.segment ?? '',
    ...(map === undefined ? {} : { rules: rulesOf(map) }),
  };
}
