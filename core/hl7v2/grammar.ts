import type { Issue } from '../outcome.ts';
import type { KnownGroup, KnownPart, Way } from './known-group.ts';
import { knownGroup } from './known-group.ts';
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
  segments: Hl7Segment[];
  readonly groups: GroupNode[];
  readonly parent: GroupNode | undefined;
}

export interface Grouped {
  readonly root: GroupNode;
  readonly issues: readonly Issue[];
}

/** Where the next segment may go: the open groups from the root inwards, each with the part it stands at. */
interface Open {
  readonly group: KnownGroup;
  readonly node: GroupNode;
  at: number;
}

/**
 * Puts the segments of a message into the groups of its structure. It never refuses: a segment out of place goes to the
 * innermost open group that holds its name, and is reported; a local segment (Z...) stays where it stands.
 */
export function groupSegments(grammar: Group, segments: readonly Hl7Segment[]): Grouped {
  const root: GroupNode = { name: '', many: false, segments: [], groups: [], parent: undefined };
  const stack: Open[] = [{ group: knownGroup(grammar), node: root, at: 0 }];
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
  const level = stack.findLastIndex((open) => open.group.contents.has(segment.name));
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
  const way = open.group.contents.get(segment.name) as Way;
  let { group, node } = open;
  for (const at of way) {
    const part = (group.parts[at] as KnownPart).group;
    if (part === undefined) break;
    const there = node.groups.findLast((held) => held.name === part.name);
    if (there === undefined && (way[0] ?? 0) >= open.at && node === open.node) {
      cut(stack, level + 1);
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

function holdsItsOnly(group: KnownGroup, node: GroupNode, name: string): boolean {
  const part = group.parts.find(({ segment }) => segment === name);
  return part?.many === false && hasSegment(node, name);
}

function hasSegment({ segments }: GroupNode, name: string): boolean {
  for (const { name: held } of segments) if (held === name) return true;
  return false;
}

function addGroup(parent: GroupNode, group: KnownGroup): GroupNode {
  const node: GroupNode = { name: group.name, many: group.many, segments: [], groups: [], parent };
  parent.groups.push(node);
  return node;
}

// Setting a length leaves V8's fast code, and this is asked of every segment.
function cut(stack: Open[], length: number): void {
  while (stack.length > length) stack.pop();
}

// From the innermost open group outwards: forward in the group, else a new instance of it.
function step(stack: Open[], segment: Hl7Segment): 'ahead' | 'late' | 'nowhere' {
  for (let level = stack.length - 1; level >= 0; level -= 1) {
    const open = stack[level] as Open;
    const ahead = forward(open, segment.name);
    if (ahead !== undefined) {
      cut(stack, level + 1);
      enter(stack, ahead, segment);
      return 'ahead';
    }
    if (isLate(open, segment.name)) {
      open.node.segments.push(segment);
      return 'late';
    }
    const again = open.group.many ? open.group.repeats.get(segment.name) : undefined;
    const parent = stack[level - 1];
    if (again !== undefined && parent !== undefined) {
      cut(stack, level);
      openGroup(stack, parent, open.group);
      enter(stack, again, segment);
      return 'ahead';
    }
  }
  return 'nowhere';
}

/** What a group requires comes behind a comment to it (`ORC NTE OBR`): it is that group's, and opens none of its own. */
function isLate({ group, node, at }: Open, name: string): boolean {
  if (!group.required.has(name) || node.groups.length > 0 || hasSegment(node, name)) return false;
  return group.parts.slice(0, at).some((part) => !part.optional && part.segment === name);
}

function forward(open: Open, name: string): Way | undefined {
  const { parts, openings } = open.group;
  const places = openings.get(name);
  // Most groups hold no such segment at all, or none that could come next.
  if (places === undefined) return undefined;
  for (const at of places) {
    if (at < open.at) continue;
    const part = parts[at] as KnownPart;
    if (part.group === undefined ? !part.many && taken(open, at, name) : isTaken(open, part.group, name)) continue;
    return part.ways.get(name);
  }
  return undefined;
}

// A second patient in a result is a second result: `PID PID` must not leave two patients in one.
function isTaken(open: Open, part: KnownGroup, name: string): boolean {
  if (part.many && part.repeats.has(name)) return false;
  return open.node.groups.some((held) => held.name === part.name);
}

const taken = (open: Open, at: number, name: string): boolean => at === open.at && hasSegment(open.node, name);

function enter(stack: Open[], way: Way, segment: Hl7Segment): void {
  for (const at of way) {
    const open = stack.at(-1) as Open;
    open.at = at;
    const part = (open.group.parts[at] as KnownPart).group;
    if (part === undefined) hold(open.node, segment);
    else openGroup(stack, open, part);
  }
}

// Most groups hold one segment, and a list that grows takes room for many.
function hold(node: GroupNode, segment: Hl7Segment): void {
  if (node.segments.length === 0) node.segments = [segment];
  else node.segments.push(segment);
}

function openGroup(stack: Open[], parent: Open, group: KnownGroup): void {
  stack.push({ group, node: addGroup(parent.node, group), at: 0 });
}
