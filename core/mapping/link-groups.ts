import type { Group } from '../hl7v2/grammar.ts';
import type { LinkedMaking } from './link-making.ts';
import type { Making } from './plan-shape.ts';

/** A group of a message structure with the rows that make something in it, so that no message looks for them by path. */
export interface LinkedGroup {
  /** Names of the group joined by dots; '' for the message. */
  readonly path: string;
  /** The first row that makes something in it or below: siblings are gone through in this order. */
  readonly rank: number;
  /** Rows that run in each instance of the group. */
  readonly makings: readonly LinkedMaking[];
  /** Observations, which all instances of the group make together, since several OBX may be one of them. */
  readonly observations: readonly LinkedMaking[];
  /** In a group of observations: rows that list what they make on an observation run with each of those. */
  readonly ofObservation: readonly LinkedMaking[];
  readonly groups: ReadonlyMap<string, LinkedGroup>;
  /** Names of the segments that no row reads here. */
  readonly unread: ReadonlySet<string>;
  /** Whether there are such, here or in a group below. */
  readonly hasUnread: boolean;
}

/** Puts the rows of a message into the groups of its structure; `unread` names the places that no row reads. */
export function linkGroups(
  grammar: Group,
  makings: readonly Making[],
  linked: readonly LinkedMaking[],
  unread: readonly string[],
): LinkedGroup {
  return linkGroup(grammar, '', { ranks: ranksOf(makings), linked, unread });
}

interface Rows {
  readonly ranks: ReadonlyMap<string, number>;
  readonly linked: readonly LinkedMaking[];
  readonly unread: readonly string[];
}

const placeIn = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Path of a group -> the first row that makes something in it. */
function ranksOf(makings: readonly Making[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [rank, { each }] of makings.entries()) {
    for (let depth = 1; depth <= each.length; depth += 1) {
      const path = each.slice(0, depth).join('.');
      if (!ranks.has(path)) ranks.set(path, rank);
    }
  }
  return ranks;
}

function linkGroup({ parts }: Group, path: string, { ranks, linked, unread }: Rows): LinkedGroup {
  const groups = new Map<string, LinkedGroup>();
  for (const part of parts) {
    if (!('parts' in part) || groups.has(part.name)) continue;
    groups.set(part.name, linkGroup(part, placeIn(path, part.name), { ranks, linked, unread }));
  }
  const rows = linked.filter((making) => making.path === path);
  const observations = path === '' ? [] : rows.filter(({ isObservation, per }) => isObservation && per === '');
  const holds = ({ listed }: LinkedMaking): boolean => observations.some(({ as }) => as === listed?.type);
  // Where all instances make the observations, nothing else makes any.
  const isLeft = (making: LinkedMaking): boolean =>
    making.isObservation ? making.per !== '' && observations.length === 0 : !holds(making);
  const own = parts.flatMap((part) => ('parts' in part ? [] : [part.segment]));
  const unreadHere = new Set(own.filter((segment) => unread.includes(placeIn(path, segment))));
  return {
    path,
    rank: ranks.get(path) ?? Number.MAX_SAFE_INTEGER,
    makings: rows.filter(isLeft),
    observations,
    ofObservation: rows.filter(holds),
    groups,
    unread: unreadHere,
    hasUnread: unreadHere.size > 0 || [...groups.values()].some((group) => group.hasUnread),
  };
}
