import type { GroupNode } from '../hl7v2/grammar.ts';
import type { MessageFault } from './keys/key.ts';
import type { LinkedGroup } from './link-groups.ts';
import { make } from './make.ts';
import { makeLooseObservations, makeObservations } from './make-observations.ts';
import type { Maker } from './maker.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';

/** Makes what belongs to a group, then what belongs to the groups in it. */
export function walk(
  node: GroupNode,
  scope: Scope,
  linked: LinkedGroup,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  const walked = { path: linked.path, scope, from: run.drafts.size, to: 0 };
  run.walked.push(walked);
  for (const making of linked.makings) {
    if (making.isObservation) makeLooseObservations(making, scope, run, maker);
    else {
      const fault = make(making, scope, run, maker);
      if (fault !== undefined) return fault;
    }
  }
  const fault = walkGroups(node, scope, linked, run, maker);
  walked.to = run.drafts.size;
  return fault;
}

function walkGroups(
  node: GroupNode,
  scope: Scope,
  linked: LinkedGroup,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  let observed: readonly LinkedGroup[] = NONE;
  let inner = linked;
  let name = '';
  for (const group of inOrderOfRows(node.groups, linked)) {
    if (group.name !== name) inner = linkedOf(group, linked);
    name = group.name;
    let fault: MessageFault | undefined;
    if (inner.observations.length === 0) fault = walk(group, new Scope(group, scope), inner, run, maker);
    else {
      if (inner.makings.length > 0) fault = makeBeside(group, inner, scope, run, maker);
      // The first instance makes the observations of all.
      if (fault === undefined && !observed.includes(inner)) {
        observed = [...observed, inner];
        fault = makeObservations(inner, group.name, node, scope, run, maker);
      }
    }
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const NONE: readonly LinkedGroup[] = [];

// Every group of a message is one of its structure.
const linkedOf = (group: GroupNode, linked: LinkedGroup): LinkedGroup => linked.groups.get(group.name) as LinkedGroup;

/** Sibling groups in the order in which the rows name them: what a row refers to is made above it, wherever it stands. */
function inOrderOfRows(groups: readonly GroupNode[], linked: LinkedGroup): readonly GroupNode[] {
  let last = 0;
  let name = '';
  for (const group of groups) {
    // Many that follow each other are one group of the structure.
    if (group.name === name) continue;
    name = group.name;
    const { rank } = linkedOf(group, linked);
    if (rank < last) return groups.toSorted((one, other) => linkedOf(one, linked).rank - linkedOf(other, linked).rank);
    last = rank;
  }
  return groups;
}

/** What a group of an observation makes beside it: some of what is observed is said of another resource. */
function makeBeside(
  group: GroupNode,
  { makings }: LinkedGroup,
  scope: Scope,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  for (const making of makings) {
    const fault = make(making, new Scope(group, scope), run, maker);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
