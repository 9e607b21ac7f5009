import type { GroupNode } from '../hl7v2/grammar.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { Run } from './run.ts';

/** Tells each segment that stands where no row reads it: nothing is left out in silence. */
export function tellUnread(node: GroupNode, linked: LinkedGroup, run: Run): void {
  if (!linked.hasUnread) return;
  for (const { name, occurrence } of node.segments) {
    if (linked.unread.has(name)) run.issue('segment-unread', `${name}[${occurrence}]`);
  }
  for (const group of node.groups) {
    const inner = linked.groups.get(group.name);
    if (inner !== undefined) tellUnread(group, inner, run);
  }
}
