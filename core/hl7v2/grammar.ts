import type { Issue } from '../outcome.ts';
import type { Hl7Segment } from './message.ts';

/** A segment in a group of a message structure. */
export interface SegmentPart {
  readonly segment: string;
  readonly optional: boolean;
  readonly many: boolean;
}

/** A group of a message structure, as HL7's abstract syntax writes it (HL7 v2.9 chapter 2.12). The root has name ''. */
export interface Group {
  readonly name: string;
  readonly optional: boolean;
  readonly many: boolean;
  readonly parts: readonly (SegmentPart | Group)[];
}

/** One instance of a group in a message. */
export interface GroupNode {
  readonly name: string;
  /** The group may stand several times in its parent. */
  readonly many: boolean;
  readonly segments: Hl7Segment[];
  readonly groups: GroupNode[];
  readonly parent: GroupNode | undefined;
}

export interface Grouped {
  readonly root: GroupNode;
  readonly issues: readonly Issue[];
}

/** Where the next segment may go: the open groups from the root inwards, each with the part it stands at. */
interface Open {
  readonly group: Group;
  readonly node: GroupNode;
  at: number;
}

/** How deep a segment lies: the parts to open, outermost first. */
type Way = readonly number[];

const isGroup = (part: SegmentPart | Group): part is Group => 'parts' in part;

/**
 * Puts the segments of a message into the groups of its structure. It never refuses: a segment out of place goes to the
 * innermost open group that holds its name, and is reported; a local segment (Z...) stays where it stands.
 */
export function groupSegments(grammar: Group, segments: readonly Hl7Segment[]): Grouped {
  const root: GroupNode = { name: '', many: false, segments: [], groups: [], parent: undefined };
  const stack: Open[] = [{ group: grammar, node: root, at: 0 }];
  const issues: Issue[] = [];
  for (const segment of segments) {
    const code = place(stack, segment);
    if (code !== undefined) issues.push({ code, path: pathOf(segment) });
  }
  return { root, issues };
}

// Only a name of HL7's form is printed; anything else could be free text in the place of a segment.
function pathOf(segment: Hl7Segment): string {
  return /^[A-Z][A-Z0-9]{2}$/.test(segment.name) ? `${segment.name}[${segment.occurrence}]` : 'segment';
}

function place(stack: Open[], segment: Hl7Segment): 'segment-unexpected' | 'segment-unknown' | undefined {
  const stepped = step(stack, segment);
  if (stepped !== 'nowhere') return stepped === 'ahead' ? undefined : 'segment-unexpected';
  const innermost = stack.at(-1) as Open;
  if (segment.name.startsWith('Z')) {
    innermost.node.segments.push(segment);
    return undefined;
  }
  const level = stack.findLastIndex((open) => holds(open.group, segment.name) !== undefined);
  if (level < 0) {
    innermost.node.segments.push(segment);
    return 'segment-unknown';
  }
  attach(stack, level, segment);
  return 'segment-unexpected';
}

/** Puts a segment out of place into the group instances that are already there, and opens only those that lack. */
function attach(stack: Open[], level: number, segment: Hl7Segment): void {
  const open = stack[level] as Open;
  const way = holds(open.group, segment.name) as Way;
  let { group, node } = open;
  for (const at of way) {
    const part = group.parts[at] as SegmentPart | Group;
    if (!isGroup(part)) break;
    const there = node.groups.findLast((held) => held.name === part.name);
    if (there === undefined && (way[0] ?? 0) >= open.at && node === open.node) {
      stack.length = level + 1;
      enter(stack, way, segment);
      // What it ran ahead of may still come: a comment before PID must not shut the patient out of his own group.
      for (const opened of stack.slice(level + 1)) opened.at = 0;
      return;
    }
    node = there ?? addGroup(node, part);
    group = part;
  }
  // A group that repeats and has its one such segment already is another instance of it.
  const isFull = node.parent !== undefined && group.many && holdsItsOnly(group, node, segment.name);
  (isFull ? addGroup(node.parent as GroupNode, group) : node).segments.push(segment);
}

function holdsItsOnly(group: Group, node: GroupNode, name: string): boolean {
  const part = group.parts.find((item): item is SegmentPart => !isGroup(item) && item.segment === name);
  return part?.many === false && node.segments.some((held) => held.name === name);
}

function addGroup(parent: GroupNode, group: Group): GroupNode {
  const node: GroupNode = { name: group.name, many: group.many, segments: [], groups: [], parent };
  parent.groups.push(node);
  return node;
}

// A comment and a participation speak of what stands before them (HL7 v2.9 2.14.10, 7.3.4), so they begin nothing anew, though
// groups whose opener may be left out would let them.
const FOLLOWING: ReadonlySet<string> = new Set(['NTE', 'PRT']);

// A group that a table makes of such segments (`{ ROLE: PRT }`) is begun by each of them.
function follows({ parts }: Group, name: string): boolean {
  const first = parts[0];
  return FOLLOWING.has(name) && !(first !== undefined && !isGroup(first) && first.segment === name);
}

// From the innermost open group outwards: forward in the group, else a new instance of it.
function step(stack: Open[], segment: Hl7Segment): 'ahead' | 'late' | 'nowhere' {
  for (let level = stack.length - 1; level >= 0; level -= 1) {
    const open = stack[level] as Open;
    const ahead = forward(open, segment.name);
    if (ahead !== undefined) {
      stack.length = level + 1;
      enter(stack, ahead, segment);
      return 'ahead';
    }
    if (isLate(open, segment.name)) {
      open.node.segments.push(segment);
      return 'late';
    }
    const again =
      open.group.many && !follows(open.group, segment.name) ? opensWith(open.group, segment.name) : undefined;
    const parent = stack[level - 1];
    if (again !== undefined && parent !== undefined) {
      stack.length = level;
      openGroup(stack, parent, open.group);
      enter(stack, again, segment);
      return 'ahead';
    }
  }
  return 'nowhere';
}

/** What a group requires comes behind a comment to it (`ORC NTE OBR`): it is that group's, and opens none of its own. */
function isLate({ group, node, at }: Open, name: string): boolean {
  if (node.groups.length > 0 || node.segments.some((held) => held.name === name)) return false;
  return group.parts.slice(0, at).some((part) => !isGroup(part) && !part.optional && part.segment === name);
}

function forward(open: Open, name: string): Way | undefined {
  const { parts } = open.group;
  for (let at = open.at; at < parts.length; at += 1) {
    const part = parts[at] as SegmentPart | Group;
    if (isGroup(part)) {
      const way = isTaken(open, part, name) ? undefined : opensWith(part, name);
      if (way !== undefined) return [at, ...way];
    } else if (part.segment === name && (part.many || !taken(open, at))) {
      return [at];
    }
  }
  return undefined;
}

// A second patient in a result is a second result: `PID PID` must not leave two patients in one.
function isTaken(open: Open, part: Group, name: string): boolean {
  return (!part.many || follows(part, name)) && open.node.groups.some((held) => held.name === part.name);
}

function taken(open: Open, at: number): boolean {
  return (
    at === open.at && open.node.segments.some((held) => held.name === (open.group.parts[at] as SegmentPart).segment)
  );
}

function enter(stack: Open[], way: Way, segment: Hl7Segment): void {
  for (const at of way) {
    const open = stack.at(-1) as Open;
    open.at = at;
    const part = open.group.parts[at] as SegmentPart | Group;
    if (isGroup(part)) openGroup(stack, open, part);
    else open.node.segments.push(segment);
  }
}

function openGroup(stack: Open[], parent: Open, group: Group): void {
  stack.push({ group, node: addGroup(parent.node, group), at: 0 });
}

const openings = new WeakMap<Group, ReadonlyMap<string, Way>>();
const contents = new WeakMap<Group, ReadonlyMap<string, Way>>();

/** The way to a segment with which the group may begin: nothing that is required is passed over. */
function opensWith(group: Group, name: string): Way | undefined {
  let known = openings.get(group);
  if (known === undefined) {
    known = waysInto(group, true);
    openings.set(group, known);
  }
  return known.get(name);
}

/** The way to a segment anywhere in the group. */
function holds(group: Group, name: string): Way | undefined {
  let known = contents.get(group);
  if (known === undefined) {
    known = waysInto(group, false);
    contents.set(group, known);
  }
  return known.get(name);
}

function waysInto(group: Group, openingOnly: boolean): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const [at, part] of group.parts.entries()) {
    if (isGroup(part)) {
      for (const [name, way] of waysInto(part, openingOnly)) if (!ways.has(name)) ways.set(name, [at, ...way]);
    } else if (!ways.has(part.segment)) ways.set(part.segment, [at]);
    if (openingOnly && !part.optional) break;
  }
  return ways;
}
