import type { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import type { KeyContext } from './keys/key.ts';
import { keyMakers } from './keys/registry.ts';
import type { LinkedMaking } from './plan.ts';

/** One entry of a list: the slot of all that is said of it, and the element that it is an entry of. */
export interface Entry {
  readonly slot: string;
  readonly element: string;
}

export const ENDED = Symbol('the sender ended the entry');

/** The slot of the one entry that the making states; what the sender ended is cleared there, and nothing else is said. */
export function entryOf({ making, entryEnds }: LinkedMaking, draft: Draft, context: KeyContext): Entry | typeof ENDED {
  const { scope, run, own } = context;
  const key = keyMakers[making.entry?.id ?? making.id](context);
  const segment = own ?? scope.node.segments[0] ?? run.header;
  if (typeof key !== 'string' || segment === undefined) return ENDED;
  const slot = `${making.entry?.in}#${key}`;
  if (entryEnds?.(new SegmentEnv(run, segment, scope.find)) !== true) return { slot, element: making.entry?.in ?? '' };
  draft.clear(slot, `${segment.name}[${segment.occurrence}]`);
  return ENDED;
}

/** Notes what a segment is in the list that arrives as a snapshot (SEMANTICS 6). */
export function noteMember(
  { making, listUnless }: LinkedMaking,
  { scope, run, own }: KeyContext,
  isMember: boolean,
  id: string | undefined,
): void {
  const { list } = making;
  const holder = list === undefined ? undefined : scope.made(list.on);
  const segment = own ?? scope.node.segments.find(({ name }) => name === list?.of);
  if (holder === undefined || segment === undefined) return;
  if (!isMember) run.lists.pass(holder, segment);
  else {
    const acts = listUnless?.(new SegmentEnv(run, segment, scope.find)) === true;
    run.lists.note(holder, segment, id === undefined ? undefined : `${making.make}/${id}`, acts);
  }
}
