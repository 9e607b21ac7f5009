import type { Fragment, SlotValue } from './statement.ts';

export type Slots = Readonly<Record<string, { readonly value: SlotValue }>>;

/** What the slots of a resource say, in the order of their names. */
export interface SpokenSlots {
  /** The fragments of those that are a part of the resource. */
  readonly fragments: readonly Fragment[];
  /** What the slots `event#...` hold (SEMANTICS 4.1). */
  readonly events: readonly Fragment[];
}

/** Slots that hold a visit event rather than a fragment (SEMANTICS 4.1). */
const EVENT = 'event#';

/** Slots that say something about the resource without being a part of it, by the beginning of their names. */
const SILENT: readonly string[] = [
  // Which texts are a note's
  'note#',
  // What it became, and from whom it was moved (SEMANTICS 7)
  'alias#',
  'moved#',
  // Which members it has, of those that arrive as a list or a snapshot (SEMANTICS 5.2, 6)
  'list#',
];

/** Sorts what is stated of a resource; a cleared slot says nothing. */
export function spokenSlots(slots: Slots): SpokenSlots {
  const names: string[] = [];
  const fragments: Fragment[] = [];
  let events: string[] | undefined;
  for (const name in slots) {
    const value = slots[name]?.value;
    if (value === null || value === undefined) continue;
    if (!mayBeAside(name)) insert(name, value, names, fragments);
    else if (name.startsWith(EVENT)) {
      events ??= [];
      events.push(name);
    } else if (!isSilent(name)) insert(name, value, names, fragments);
  }
  return {
    fragments: names.length > FEW ? sorted(names, slots) : fragments,
    events: events === undefined ? NONE : sorted(events, slots),
  };
}

const NONE: readonly Fragment[] = [];

const HASH = 35;

// What stands before the `#` of such a name has four letters or five.
const mayBeAside = (name: string): boolean => name.charCodeAt(5) === HASH || name.charCodeAt(4) === HASH;

const isSilent = (name: string): boolean => SILENT.some((start) => name.startsWith(start));

// Most resources have few slots, and those are put in place one by one; many are sorted when they are all there.
const FEW = 64;

function insert(name: string, fragment: Fragment, names: string[], fragments: Fragment[]): void {
  let low = 0;
  let high = names.length;
  names.push(name);
  if (high >= FEW) return;
  fragments.push(fragment);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(name, names[middle] as string)) high = middle;
    else low = middle + 1;
  }
  for (let to = names.length - 1; to > low; to -= 1) {
    names[to] = names[to - 1] as string;
    fragments[to] = fragments[to - 1] as Fragment;
  }
  names[low] = name;
  fragments[low] = fragment;
}

/** By UTF-16 units, as texts sort. Most names differ in the first already. */
function isBefore(name: string, other: string): boolean {
  const first = name.charCodeAt(0);
  const otherFirst = other.charCodeAt(0);
  if (first < otherFirst) return true;
  return first > otherFirst ? false : name < other;
}

const sorted = (names: readonly string[], slots: Slots): readonly Fragment[] =>
  names.toSorted().map((name) => slots[name]?.value as Fragment);
