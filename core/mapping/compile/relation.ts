import type { Relation } from '../plan-shape.ts';
import { relationVerbs } from '../plan-shape.ts';
import type { Node } from './problems.ts';

/** `merged into Patient`: what was renumbered, merged or linked is of the type of the other; what was moved is not. */
export function compileRelation(node: Node, make: string, names: ReadonlyMap<string, string>): Relation {
  const [, stated = '', name = ''] = /^(.*) (\w+)$/.exec(node.text()) ?? [];
  const verb = relationVerbs.find((known) => known === stated);
  if (verb === undefined) node.fail('relation', `"${stated}" is not one of ${relationVerbs.join(', ')}`);
  const wanted = verb === 'moved from' ? 'Patient' : make;
  if (names.get(name) !== wanted) node.fail('relation', `"${name}" is no ${wanted} that a row above makes`);
  return { verb: verb ?? 'merged into', name };
}
