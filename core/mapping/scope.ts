import type { GroupNode } from '../hl7v2/grammar.ts';
import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Draft } from './draft.ts';
import type { FindSegment } from './env.ts';

/** What the rows of a group can see: its segments, those of the groups around it, and what was made there. */
export class Scope {
  readonly node: GroupNode;
  readonly #outer: Scope | undefined;
  readonly #made = new Map<string, Draft>();
  #offered: Map<string, Draft> | undefined;
  /** Of a group of many segments those of each name, since every row of a message asks for some. */
  #byName: ReadonlyMap<string, readonly Hl7Segment[]> | undefined;
  #find: FindSegment | undefined;

  constructor(node: GroupNode, outer?: Scope) {
    this.node = node;
    this.#outer = outer;
  }

  /** `nearest`, for whoever holds no scope. */
  get find(): FindSegment {
    this.#find ??= (name) => this.nearest(name);
    return this.#find;
  }

  /** The nearest segment of this name. Groups that repeat are not looked into: theirs belong to their own resources. */
  nearest(name: string): Hl7Segment | undefined {
    const own = isSmall(this.node) ? within(this.node, name) : this.#own(name)[0];
    return own ?? this.#outer?.nearest(name);
  }

  #own(name: string): readonly Hl7Segment[] {
    this.#byName ??= byName(this.node);
    return this.#byName.get(name) ?? NONE;
  }

  /**
   * All segments of this name in the group. `of` names the groups inside it whose segments are meant, those that come first
   * in the list; an empty list takes the group's own alone.
   */
  all(name: string, of?: readonly (readonly string[])[]): readonly Hl7Segment[] {
    if (of === undefined) return isSmall(this.node) ? allWithin(this.node, name) : this.#own(name);
    if (of.length === 0) return this.node.segments.filter((segment) => segment.name === name);
    for (const wanted of of) {
      const found: Hl7Segment[] = [];
      for (const group of wanted) for (const node of this.#groups(group)) addWithin(node, name, found);
      if (found.length > 0) return found;
    }
    return NONE;
  }

  #groups(name: string): readonly GroupNode[] {
    const own: GroupNode[] = [];
    addGroups(this.node, name, own);
    if (own.length > 0 || this.#outer === undefined) return own;
    return this.#outer.#groups(name);
  }

  /** The segments of the same name in the very group that holds this one; none when it stands around the scope. */
  beside(segment: Hl7Segment): readonly Hl7Segment[] {
    return namesakes(this.node, segment);
  }

  /** The first segment of this name in the group, in groups that repeat too. */
  anywhere(name: string): Hl7Segment | undefined {
    return firstOf(this.node, name);
  }

  /** Segments of this name in the group and in all groups below it, those that repeat too, in the order of the message. */
  below(name: string): readonly Hl7Segment[] {
    const found: Hl7Segment[] = [];
    addBelow(this.node, name, found);
    return found.length < 2 ? found : found.sort((one, other) => one.occurrence - other.occurrence);
  }

  /** The first segment of this name in the group or below it; else around it, repeating groups looked into as well. */
  firstBelow(name: string): Hl7Segment | undefined {
    return this.anywhere(name) ?? this.#outer?.firstBelow(name);
  }

  /** Segments of this name that stand in the groups around this one themselves: they hold for all that is below. */
  around(name: string): readonly Hl7Segment[] {
    const outer = this.#outer;
    if (outer === undefined) return [];
    return [...outer.around(name), ...outer.node.segments.filter((segment) => segment.name === name)];
  }

  /** The nearest resource made under this name: its type, or what its row calls it with `as`. */
  made(name: string): Draft | undefined {
    return this.#made.get(name) ?? this.#outer?.made(name);
  }

  /** What a group makes that does not repeat is seen from the group around it, as its segments are. */
  make(name: string, draft: Draft): void {
    this.#made.set(name, draft);
    if (!this.node.many) this.#outer?.make(name, draft);
  }

  /** Makes it known to the group around this one, as long as it is the only one that is offered under its name there. */
  offer(name: string, draft: Draft): void {
    this.#outer?.take(name, draft);
  }

  take(name: string, draft: Draft): void {
    this.#offered ??= new Map();
    const taken = this.#offered.get(name);
    if (taken !== undefined && taken !== draft) this.#made.delete(name);
    else this.#made.set(name, draft);
    this.#offered.set(name, draft);
  }
}

const NONE: readonly Hl7Segment[] = [];

/** A few segments are looked through faster than they are indexed. */
const isSmall = ({ segments, groups }: GroupNode): boolean => segments.length + groups.length < 4;

function byName(node: GroupNode, found = new Map<string, Hl7Segment[]>()): Map<string, Hl7Segment[]> {
  for (const segment of node.segments) {
    const same = found.get(segment.name);
    if (same === undefined) found.set(segment.name, [segment]);
    else same.push(segment);
  }
  for (const group of node.groups) if (!group.many) byName(group, found);
  return found;
}

function within(node: GroupNode, name: string): Hl7Segment | undefined {
  for (const segment of node.segments) if (segment.name === name) return segment;
  for (const group of node.groups) {
    const found = group.many ? undefined : within(group, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namesakes({ segments, groups }: GroupNode, segment: Hl7Segment): readonly Hl7Segment[] {
  if (segments.includes(segment)) return segments.filter(({ name }) => name === segment.name);
  for (const group of groups) {
    const found = group.many ? NONE : namesakes(group, segment);
    if (found.length > 0) return found;
  }
  return NONE;
}

function allWithin(node: GroupNode, name: string): readonly Hl7Segment[] {
  if (within(node, name) === undefined) return NONE;
  const found: Hl7Segment[] = [];
  addWithin(node, name, found);
  return found;
}

function addWithin(node: GroupNode, name: string, found: Hl7Segment[]): void {
  for (const segment of node.segments) if (segment.name === name) found.push(segment);
  for (const group of node.groups) if (!group.many) addWithin(group, name, found);
}

function firstOf(node: GroupNode, name: string): Hl7Segment | undefined {
  for (const segment of node.segments) if (segment.name === name) return segment;
  for (const group of node.groups) {
    const found = firstOf(group, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addBelow(node: GroupNode, name: string, found: Hl7Segment[]): void {
  for (const segment of node.segments) if (segment.name === name) found.push(segment);
  for (const group of node.groups) addBelow(group, name, found);
}

function addGroups(node: GroupNode, name: string, found: GroupNode[]): void {
  for (const group of node.groups) {
    if (group.name === name) found.push(group);
    else if (!group.many) addGroups(group, name, found);
  }
}
