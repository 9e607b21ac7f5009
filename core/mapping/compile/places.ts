import type { Group } from '../../hl7v2/grammar.ts';
import type { Making, MapUse } from '../plan-shape.ts';
import type { SegmentMap } from '../rule.ts';

/** A group of a grammar with the names of the groups that lead to it. */
interface Located {
  readonly group: Group;
  readonly path: readonly string[];
}

/** Where a segment stands in a grammar: `PATIENT.PATIENT_VISIT.PV1`. */
export interface SegmentPlace {
  readonly name: string;
  readonly segment: string;
}

const nameOf = (path: readonly string[], segment: string): string => [...path, segment].join('.');

/** Every place of a grammar at which a segment stands, each once. */
export function placesOf(group: Group, path: readonly string[] = []): readonly SegmentPlace[] {
  const places = group.parts.flatMap((part): readonly SegmentPlace[] =>
    'parts' in part
      ? placesOf(part, [...path, part.name])
      : [{ name: nameOf(path, part.segment), segment: part.segment }],
  );
  return places.filter(({ name }, at) => places.findIndex((other) => other.name === name) === at);
}

/** The names of all groups of a grammar: `PATIENT`, `PATIENT.PATIENT_VISIT`. */
export function groupsOf(group: Group, path: readonly string[] = []): readonly string[] {
  return group.parts.flatMap((part) =>
    'parts' in part ? [nameOf(path, part.name), ...groupsOf(part, [...path, part.name])] : [],
  );
}

/** The groups from the root to the one of this path, the root first. */
function chainOf(root: Group, path: readonly string[]): readonly Located[] {
  const chain: Located[] = [{ group: root, path: [] }];
  for (const [at, name] of path.entries()) {
    const part = chain.at(-1)?.group.parts.find((item): item is Group => 'parts' in item && item.name === name);
    if (part === undefined) break;
    chain.push({ group: part, path: path.slice(0, at + 1) });
  }
  return chain;
}

// As `Scope.all`: the group's own and those of groups inside it that do not repeat; `deep` looks into those that do.
function within({ group, path }: Located, segment: string, deep: boolean): readonly string[] {
  return group.parts.flatMap((part) => {
    if (!('parts' in part)) return part.segment === segment ? [nameOf(path, segment)] : [];
    return deep || !part.many ? within({ group: part, path: [...path, part.name] }, segment, deep) : [];
  });
}

function named({ group, path }: Located, wanted: string): readonly Located[] {
  return group.parts.flatMap((part) => {
    if (!('parts' in part)) return [];
    const located = { group: part, path: [...path, part.name] };
    if (part.name === wanted) return [located];
    return part.many ? [] : named(located, wanted);
  });
}

// From the group outwards, the first that has any.
function nearest<T>(chain: readonly Located[], find: (located: Located) => readonly T[]): readonly T[] {
  for (const located of chain.toReversed()) {
    const found = find(located);
    if (found.length > 0) return found;
  }
  return [];
}

function placesOfUse(
  use: MapUse,
  segment: string,
  { per, around }: Making,
  chain: readonly Located[],
): readonly string[] {
  const own = chain.at(-1) as Located;
  if (segment === per) return around === true ? ownAround(chain, segment) : within(own, segment, false);
  // The lines of a document stand in groups that repeat (`linesOfDocument`).
  if (use.below === true || (use.all && segment === 'OBX')) return within(own, segment, true);
  if (!use.all) return nearest(chain, (located) => within(located, segment, false));
  if (use.of === undefined) return within(own, segment, false);
  if (use.of.length === 0) return [nameOf(own.path, segment)];
  return use.of
    .flat()
    .flatMap((name) => nearest(chain, (located) => named(located, name)))
    .flatMap((located) => within(located, segment, false));
}

const ownAround = (chain: readonly Located[], segment: string): readonly string[] =>
  chain.slice(0, -1).map(({ path }) => nameOf(path, segment));

/** The places that a row of a message table reads, each with the segment map that reads it. */
export function readsOf(
  making: Making,
  root: Group,
  segments: Readonly<Record<string, SegmentMap>>,
): readonly (readonly [place: string, map: SegmentMap])[] {
  const chain = chainOf(root, making.each);
  const listing = making.listed?.map;
  const uses = listing === undefined ? making.from : [...making.from, { map: listing, all: false }];
  return uses.flatMap((use) => {
    const map = segments[use.map];
    if (map === undefined) return [];
    return placesOfUse(use, map.segment, making, chain).map((place) => [place, map] as const);
  });
}
