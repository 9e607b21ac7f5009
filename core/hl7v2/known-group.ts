import type { Group } from './grammar.ts';

/** How deep a segment lies: the parts to open, outermost first. */
export type Way = readonly number[];

/** A part of a group: a segment, or a group in it. */
export interface KnownPart {
  /** '' of a group. */
  readonly segment: string;
  readonly optional: boolean;
  readonly many: boolean;
  readonly group: KnownGroup | undefined;
  /** The ways, from the group that holds it, to the segments with which it may begin. */
  readonly ways: ReadonlyMap<string, Way>;
}

/** A group with what placing a segment asks of it, found once. */
export interface KnownGroup {
  readonly name: string;
  readonly many: boolean;
  readonly parts: readonly KnownPart[];
  /** The segments with which its parts may begin, each with the places of those parts in order. */
  readonly openings: ReadonlyMap<string, readonly number[]>;
  /** The ways to the segments with which a new instance of it may begin behind another: nothing required is passed over. */
  readonly repeats: ReadonlyMap<string, Way>;
  /** The ways to all segments in it. */
  readonly contents: ReadonlyMap<string, Way>;
  /** Segments that it requires itself. */
  readonly required: ReadonlySet<string>;
}

const known = new WeakMap<Group, KnownGroup>();

/** What is known of a group of a structure; a structure is looked through once. */
export function knownGroup(group: Group): KnownGroup {
  const found = known.get(group);
  if (found !== undefined) return found;
  const made = lookThrough(group);
  known.set(group, made);
  return made;
}

function lookThrough(group: Group): KnownGroup {
  const parts = group.parts.map(knownPart);
  const required = group.parts.flatMap((part) => ('parts' in part || part.optional ? [] : [part.segment]));
  const repeats = new Map([...waysInto(group, true)].filter(([name]) => !follows(group, name)));
  return {
    ...{ name: group.name, many: group.many, parts, repeats },
    openings: openingsOf(parts),
    contents: waysInto(group, false),
    required: new Set(required),
  };
}

function openingsOf(parts: readonly KnownPart[]): ReadonlyMap<string, readonly number[]> {
  const openings = new Map<string, number[]>();
  for (const [at, { ways }] of parts.entries()) {
    for (const name of ways.keys()) {
      const places = openings.get(name);
      if (places === undefined) openings.set(name, [at]);
      else places.push(at);
    }
  }
  return openings;
}

function knownPart(part: Group['parts'][number], at: number): KnownPart {
  const { optional, many } = part;
  if (!('parts' in part)) {
    return { segment: part.segment, optional, many, group: undefined, ways: new Map([[part.segment, [at]]]) };
  }
  const ways = new Map([...waysInto(part, true)].map(([name, way]) => [name, [at, ...way]]));
  return { segment: '', optional, many, group: knownGroup(part), ways };
}

// A comment and a participation speak of what stands before them (HL7 v2.9 2.14.10, 7.3.4), so they begin nothing anew, though
// groups whose opener may be left out would let them.
const FOLLOWING: ReadonlySet<string> = new Set(['NTE', 'PRT']);

// A group that a table makes of such segments (`{ ROLE: PRT }`) is begun by each of them.
function follows({ parts }: Group, name: string): boolean {
  const first = parts[0];
  return FOLLOWING.has(name) && !(first !== undefined && !('parts' in first) && first.segment === name);
}

function waysInto(group: Group, openingOnly: boolean): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const [at, part] of group.parts.entries()) {
    if ('parts' in part) {
      for (const [name, way] of waysInto(part, openingOnly)) if (!ways.has(name)) ways.set(name, [at, ...way]);
    } else if (!ways.has(part.segment)) ways.set(part.segment, [at]);
    if (openingOnly && !part.optional) break;
  }
  return ways;
}
