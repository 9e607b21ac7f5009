import type { Group } from '../hl7v2/grammar.ts';
import type { Test } from './link-condition.ts';
import { linkCondition } from './link-condition.ts';
import type { LinkedContent } from './link-content.ts';
import { linkListed, linkUses } from './link-content.ts';
import type { EnvelopeMaking, MessagePlan, Plan } from './plan-shape.ts';
import type { Put } from './put.ts';
import { linkPut } from './put.ts';
import type { SegmentMap } from './rule.ts';
import type { RunRules } from './sink.ts';

/** A row of the envelope in one structure; it is made in each group that holds its segment. */
export interface LinkedEnvelope extends LinkedContent {
  readonly making: EnvelopeMaking;
  readonly paths: ReadonlySet<string>;
  readonly about: readonly { readonly names: readonly string[]; readonly slot: string; readonly put: Put }[];
  readonly when?: Test;
}

type RulesOf = (map: SegmentMap) => RunRules;

/** The rows of the envelope for one structure: those whose segment its grammar holds. */
export function linkEnvelope(message: MessagePlan, plan: Plan, rulesOf: RulesOf): readonly LinkedEnvelope[] {
  return plan.envelope.flatMap((making) => {
    const paths = new Set(groupsHolding(message.grammar, making.per, ''));
    return paths.size === 0 ? [] : [linkOne(making, message.structure, paths, plan, rulesOf)];
  });
}

// A trace tells the row with its structure: whether it ran in one says nothing of another.
function linkOne(
  making: EnvelopeMaking,
  structure: string,
  paths: ReadonlySet<string>,
  plan: Plan,
  rulesOf: RulesOf,
): LinkedEnvelope {
  return {
    making,
    key: `${structure}.${making.key}`,
    paths,
    from: linkUses(making.from, plan, rulesOf),
    choices: [],
    refs: [],
    about: making.about.map(({ slot, to, names }) => ({ slot, names, put: linkPut(to) })),
    ...(making.when === undefined ? {} : { when: linkCondition(making.when) }),
    listed: linkListed(making.listed, plan, rulesOf),
  };
}

function groupsHolding(group: Group, segment: string, path: string): readonly string[] {
  const own = group.parts.some((part) => !('parts' in part) && part.segment === segment) ? [path] : [];
  const inner = group.parts.flatMap((part) => {
    if (!('parts' in part)) return [];
    return groupsHolding(part, segment, path === '' ? part.name : `${path}.${part.name}`);
  });
  return [...own, ...inner];
}
