import type { ReferenceSlot } from '../plan-shape.ts';
import type { Node } from './problems.ts';
import { parseTarget } from './target.ts';

/**
 * Compiles `subject: Patient` or `context.encounter: Encounter`: a reference that the engine fills. `name` is what a row
 * calls the resource of the type, if not by its type.
 */
export function compileReference(
  resource: string,
  path: string,
  node: Node,
  type = node.text(),
  name = type,
): ReferenceSlot {
  const target = parseTarget(resource, path);
  if ('error' in target) {
    node.fail('target', `"${path}" ${target.error}`);
    return { slot: path, type: name, to: [] };
  }
  if (target.type !== 'Reference') node.fail('type', `${resource}.${path} is no reference`);
  else if (target.targets?.includes(type) === false) node.fail('type', `${resource}.${path} cannot name a ${type}`);
  // A choice is one slot, whichever of its types fills it (SEMANTICS 1.1).
  if (target.choice) return { slot: target.slot, type: name, to: target.steps, choice: true };
  return { slot: path.replaceAll(/\[\d+\]/g, ''), type: name, to: target.steps };
}
