import type { SlotValue, StagedLine } from './statement.ts';

/** What is known of one slot: the order key that won, what it said (null: *clear*), and which message said it. */
export interface SlotState {
  readonly order: string;
  readonly value: SlotValue;
  readonly batch: string;
  readonly ordinal: number;
  readonly from: string;
}

/** One resource as its slots stand. */
export interface ResourceState {
  readonly type: string;
  readonly id: string;
  readonly slots: Readonly<Record<string, SlotState>>;
}

/** A root with its children: the unit that a head points to (DESIGN section 2). Keys are `Type/id`. */
export interface RootState {
  readonly root: string;
  readonly resources: Readonly<Record<string, ResourceState>>;
}

export const emptyRoot = (root: string): RootState => ({ root, resources: {} });

/**
 * The one law (SEMANTICS 1.4): per slot, the greatest order key wins. Commutative, associative and idempotent, so the
 * result is a function of the set of lines, not of their order.
 */
export function mergeLines(state: RootState, lines: Iterable<StagedLine>): RootState {
  const resources: Record<string, ResourceState> = { ...state.resources };
  for (const line of lines) {
    const key = `${line.type}/${line.id}`;
    resources[key] = mergeLine(resources[key] ?? { type: line.type, id: line.id, slots: {} }, line);
  }
  return { root: state.root, resources };
}

function mergeLine(resource: ResourceState, line: StagedLine): ResourceState {
  let slots: Record<string, SlotState> | undefined;
  for (const [name, stated] of Object.entries(line.slots)) {
    const order = stated.order ?? line.order;
    const known = resource.slots[name];
    if (known !== undefined && !outranks(order, line, known)) continue;
    slots ??= { ...resource.slots };
    slots[name] = { order, value: stated.value, batch: line.batch, ordinal: line.ordinal, from: stated.from };
  }
  return slots === undefined ? resource : { ...resource, slots };
}

// Equal keys mean equal content; the source with the smaller address stays, so that even provenance has one answer.
function outranks(order: string, line: StagedLine, known: SlotState): boolean {
  if (order !== known.order) return order > known.order;
  if (line.batch !== known.batch) return line.batch < known.batch;
  return line.ordinal < known.ordinal;
}

/** How many slots of a line stand in the merged state; 0 means that all of it is outranked (SEMANTICS 8.3). */
export function standingSlots(state: RootState, line: StagedLine): number {
  const resource = state.resources[`${line.type}/${line.id}`];
  if (resource === undefined) return 0;
  return Object.entries(line.slots).filter(
    ([name, stated]) => resource.slots[name]?.order === (stated.order ?? line.order),
  ).length;
}
