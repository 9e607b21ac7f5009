import type { Group } from '../../hl7v2/grammar.ts';
import type { EntryPlan, ListPlan } from '../plan-shape.ts';
import { keyKinds } from '../plan-shape.ts';
import type { Node } from './problems.ts';
import { compileWhen } from './row.ts';
import { parseTarget } from './target.ts';

/** Compiles `entry: { in: participant, id: participation, ends: 'ROL-2 = "DE"' }`. */
export function compileEntry(node: Node, make: string): EntryPlan {
  node.only('entry', 'in', 'id', 'ends');
  const element = node.at('in').text();
  const target = parseTarget(make, element);
  if ('error' in target) node.at('in').fail('target', `"${element}" ${target.error}`);
  else if (target.steps.at(-1)?.many !== true) node.at('in').fail('target', `"${element}" is no list`);
  const ends = compileWhen(node.at('ends'), { kind: 'segment', name: '' });
  return { in: element, id: node.at('id').oneOf(keyKinds), ...(ends === undefined ? {} : { ends }) };
}

/** Compiles `list: { of: DG1, on: Encounter, unless: 'DG1-21 valued' }`. */
export function compileList(
  node: Node,
  per: string,
  group: Group | undefined,
  names: ReadonlyMap<string, string>,
): ListPlan {
  node.only('list', 'of', 'on', 'unless');
  const of = node.at('of').text();
  const on = node.at('on').text();
  if (per !== '' && per !== of) node.at('of').fail('segment', `"${of}" is not the segment that makes the members`);
  if (group !== undefined && !holdsSegment(group, of)) node.at('of').fail('segment', `"${of}" is not there`);
  if (!names.has(on)) node.at('on').fail('name', `no row above makes "${on}"`);
  const unless = compileWhen(node.at('unless'), { kind: 'segment', name: '' });
  return { of, on, ...(unless === undefined ? {} : { unless }) };
}

export function holdsSegment(group: Group, name: string): boolean {
  return group.parts.some((part) => ('parts' in part ? holdsSegment(part, name) : part.segment === name));
}
