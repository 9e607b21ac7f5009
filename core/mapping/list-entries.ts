import type { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import type { KeyContext } from './keys/key.ts';
import type { LinkedEntry, LinkedList } from './link-making.ts';

/** One entry of a list: the slot of all that is said of it, and the element that it is an entry of. */
export interface Entry {
  readonly slot: string;
  readonly element: string;
}

export const ENDED = Symbol('the sender ended the entry');

/** The slot of the one entry that the making states; what the sender ended is cleared there, and nothing else is said. */
export function entryOf(entry: LinkedEntry, draft: Draft, context: KeyContext): Entry | typeof ENDED {
  const { scope, run, own } = context;
  const key = entry.keyOf(context);
  const segment = own ?? scope.node.segments[0] ?? run.header;
  if (typeof key !== 'string' || segment === undefined) return ENDED;
  const slot = `${entry.in}#${key}`;
  if (entry.ends?.(new SegmentEnv(run, segment, scope.find)) !== true) return { slot, element: entry.in };
  draft.clear(slot, `${segment.name}[${segment.occurrence}]`);
  return ENDED;
}

/** Notes what a segment is in the list that arrives as a snapshot (SEMANTICS 6); `key` is that of what it made. */
export function noteMember(
  { of, on, unless }: LinkedList,
  { scope, run, own }: KeyContext,
  isMember: boolean,
  key: string | undefined,
): void {
  const holder = scope.made(on);
  const segment = own ?? scope.node.segments.find(({ name }) => name === of);
  if (holder === undefined || segment === undefined) return;
  if (!isMember) run.lists.pass(holder, segment);
  else run.lists.note(holder, segment, key, unless?.(new SegmentEnv(run, segment, scope.find)) === true);
}
