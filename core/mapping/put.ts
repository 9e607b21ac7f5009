import type { OpenFragment } from './draft.ts';
import type { Step } from './rule.ts';

/**
 * Writes a value at a path. A list at the end of the path takes the value as its next element, or as the one its index
 * names. Of the lists on the way the
 * first is entered at `offset` (the place of a segment in a list of segments) and the last at `spread` (the place of a
 * repetition in its field). A single element that already stands is kept: the first row that gives a value wins; two
 * objects are joined. Answers whether anything came to stand.
 *
 * `beside` is the path of the row that a literal is set with: a list in the literal's path (`participant.type`) belongs
 * to the element that the row's repetition filled (`participant.actor`).
 */
export type Put = (root: OpenFragment, value: unknown, offset: number, spread: number) => boolean;

export function linkPut(steps: readonly Step[], beside: readonly Step[] = [], joins = false): Put {
  const last = steps.at(-1);
  if (last === undefined) return (root, value) => join(root, value as OpenFragment);
  const way = steps.slice(0, -1);
  const write = writeOf(last, joins);
  if (way.length === 0) return (root, value) => write(root, value);
  const first = way.findIndex((step) => step.many);
  const shared = sharedList(steps, beside);
  const inner = last.many || shared >= 0 ? shared : repeatingList(way);
  return (root, value, offset, spread) => {
    let at = root;
    for (let place = 0; place < way.length; place += 1) {
      const step = way[place] as Step;
      if (step.many) at = elementAt(at, step, (place === first ? offset : 0) + (place === inner ? spread : 0));
      else at = childOf(at, step.name);
    }
    return write(at, value);
  };
}

// A part of an extension belongs to it: what repeats is the extension.
export function repeatingList(way: readonly Step[]): number {
  const isPart = (at: number): boolean => way[at - 1]?.url !== undefined;
  return way.findLastIndex((step, at) => step.many && !isPart(at));
}

// The list that repeats in the other path, if this one goes the same way up to it; else -1.
export function sharedList(steps: readonly Step[], beside: readonly Step[]): number {
  if (beside.at(-1)?.many !== false) return -1;
  const list = repeatingList(beside.slice(0, -1));
  const isSame = beside.slice(0, list + 1).every((step, at) => step.name === steps[at]?.name);
  return isSame && list < steps.length - 1 ? list : -1;
}

/** Writes a text below the one that already stands at the path, as a further line. */
export const linkAppend = (steps: readonly Step[]): Put => linkPut(steps, [], true);

function writeOf(last: Step, joins: boolean): Write {
  const { name, many, index } = last;
  if (many) return index > 0 ? (at, value) => holdAt(at, name, index, value) : appendTo(name);
  return joins ? continueAt(name) : setAt(name);
}

function childOf(at: OpenFragment, name: string): OpenFragment {
  at[name] ??= {};
  return at[name] as OpenFragment;
}

type Write = (at: OpenFragment, value: unknown) => boolean;

const appendTo =
  (name: string): Write =>
  (at, value) => {
    const held = at[name] as unknown[] | undefined;
    if (held === undefined) at[name] = listOf(value);
    else held.push(...listOf(value));
    return true;
  };

/** A function may give several elements of one list. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...(value as readonly unknown[])] : [value];
}

// An element named by its index is one: what several rows say of it is joined.
export function holdAt(at: OpenFragment, name: string, index: number, value: unknown): boolean {
  at[name] ??= [];
  const list = at[name] as unknown[];
  while (list.length < index) list.push({});
  const held = list[index - 1];
  if (isObject(held) && isObject(value)) return join(held, value);
  list[index - 1] = value;
  return true;
}

const setAt =
  (name: string): Write =>
  (at, value) => {
    const held = at[name];
    if (held !== undefined) return joinHeld(held, value);
    at[name] = value;
    return true;
  };

/** What stands is kept; two objects are joined. */
export function joinHeld(held: unknown, value: unknown): boolean {
  return isObject(held) && isObject(value) && join(held, value);
}

const continueAt =
  (name: string): Write =>
  (at, value) => {
    at[name] = continued(at[name], value);
    return true;
  };

export function continued(held: unknown, value: unknown): unknown {
  return typeof held === 'string' ? `${held}\n${String(value)}` : value;
}

export function join(target: OpenFragment, value: OpenFragment): boolean {
  let joined = false;
  for (const key of Object.keys(value)) {
    if (target[key] !== undefined) continue;
    target[key] = value[key];
    joined = true;
  }
  return joined;
}

function isObject(value: unknown): value is OpenFragment {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function elementAt(at: OpenFragment, step: Step, spread: number): OpenFragment {
  at[step.name] ??= [];
  const list = at[step.name] as OpenFragment[];
  const place = Math.max(step.index, 1) - 1 + spread;
  return step.url === undefined ? elementOf(list, place) : extensionOf(list, step.url, place);
}

/** The element of a list at a place from 0. */
export function elementOf(list: OpenFragment[], place: number): OpenFragment {
  while (list.length <= place) list.push({});
  return list[place] as OpenFragment;
}

/** Of the extensions of this URL the one at a place from 0. */
export function extensionOf(list: OpenFragment[], url: string, place: number): OpenFragment {
  const same = list.filter((extension) => extension['url'] === url);
  while (same.length <= place) {
    const extension = { url };
    list.push(extension);
    same.push(extension);
  }
  return same[place] as OpenFragment;
}
