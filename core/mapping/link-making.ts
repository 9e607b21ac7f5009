import type { KeyMaker } from './keys/key.ts';
import { keyMakers, namedAgain } from './keys/registry.ts';
import type { Test } from './link-condition.ts';
import { linkCondition } from './link-condition.ts';
import type { LinkedContent } from './link-content.ts';
import { linkListed, linkReferences, linkUses } from './link-content.ts';
import type { Making, Plan, Relation } from './plan-shape.ts';
import type { Condition, SegmentMap } from './rule.ts';
import type { RunRules } from './sink.ts';

/** The slot of one entry: the element that it is an entry of, its key, and the condition that ends it. */
export interface LinkedEntry {
  readonly in: string;
  readonly keyOf: KeyMaker;
  readonly ends: Test | undefined;
}

/** The segments that are the full list of what they make, stated on an earlier resource (SEMANTICS 6). */
export interface LinkedList {
  readonly of: string;
  readonly on: string;
  readonly unless: Test | undefined;
}

/** One row of a message table. */
export interface LinkedMaking extends LinkedContent {
  readonly make: string;
  readonly as: string;
  readonly keyOf: KeyMaker;
  /** Names of the group joined by dots; '' for the message. */
  readonly path: string;
  readonly per: string;
  readonly around: boolean;
  readonly authority: number;
  readonly root: string | undefined;
  readonly sole: boolean;
  readonly isObservation: boolean;
  readonly isDocument: boolean;
  /** Several groups may name it: the first states it, the others refer to it. */
  readonly namedAgain: boolean;
  /** It only lists what a row above makes of the same segments: without the list there is nothing to do. */
  readonly listsOnly: boolean;
  readonly when: Test | undefined;
  readonly entry: LinkedEntry | undefined;
  readonly list: LinkedList | undefined;
  readonly relates: Relation | undefined;
  readonly authorities: readonly (readonly [string, number])[];
}

/** Links a row that stands below others in its table. */
export function linkMaking(
  making: Making,
  above: readonly Making[],
  plan: Plan,
  rulesOf: (map: SegmentMap) => RunRules,
): LinkedMaking {
  const { entry, list } = making;
  return {
    key: making.key,
    make: making.make,
    as: making.as,
    keyOf: keyMakers[making.id],
    path: making.each.join('.'),
    per: making.per,
    around: making.around === true,
    authority: making.authority,
    root: making.root,
    sole: making.sole === true,
    isObservation: making.id === 'observation',
    isDocument: making.id === 'document',
    namedAgain: namedAgain.has(making.id),
    listsOnly: isListing(making) && above.some((row) => isSameMade(row, making)),
    from: linkUses(making.from, plan, rulesOf),
    choices: linkReferences(making.refs, true),
    refs: linkReferences(making.refs, false),
    listed: linkListed(making.listed, plan, rulesOf),
    when: linkTest(making.when),
    entry: entry === undefined ? undefined : { in: entry.in, keyOf: keyMakers[entry.id], ends: linkTest(entry.ends) },
    list: list === undefined ? undefined : { of: list.of, on: list.on, unless: linkTest(list.unless) },
    relates: making.relates,
    authorities: Object.entries(making.authorities ?? {}),
  };
}

const linkTest = (condition: Condition | undefined): Test | undefined =>
  condition === undefined ? undefined : linkCondition(condition);

function isListing({ listed, from, refs, entry, relates, list, sole }: Making): boolean {
  if (listed === undefined || from.length > 0 || refs.length > 0) return false;
  return entry === undefined && relates === undefined && list === undefined && sole !== true;
}

// Under one name, so that the rows below mean the same resource by it.
function isSameMade(above: Making, making: Making): boolean {
  if (above.when !== undefined || above.make !== making.make || above.as !== making.as) return false;
  return above.id === making.id && above.per === making.per && above.each.join('.') === making.each.join('.');
}
