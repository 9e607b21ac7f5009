import type { Group } from '../../hl7v2/grammar.ts';
import type { Making } from '../plan-shape.ts';
import type { Position, SegmentMap } from '../rule.ts';
import { groupsOf, placesOf, readsOf } from './places.ts';
import type { Node } from './problems.ts';

/** Segments that tell of the message and not of its patient: the envelope reads some of them (SEMANTICS 10). */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set(['MSH', 'SFT', 'EVN', 'MSA', 'UAC', 'ERR', 'DSC', 'RGS']);
const OF_THE_ENVELOPE: ReadonlySet<string> = new Set(['Bundle', 'MessageHeader', 'Provenance']);

/** Segments of which each field says the same in every message: who the patient is, the visit, and who pays. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(['PID', 'PD1', 'NK1', 'PV1', 'PV2', 'GT1', 'IN1', 'IN2']);

type Maps = Readonly<Record<string, SegmentMap>>;

/**
 * A segment that one structure maps must not be lost in another in silence: at every place of the grammar some row reads
 * it, or `unread` says why none does: `{ 'PRIOR_RESULT.PID': 'why', GT1: 'why', PATIENT.PV1-20: 'why' }`. A group stands for
 * all below it.
 */
export function checkUnread(node: Node, grammar: Group, makings: readonly Making[], segments: Maps): void {
  const unread = unreadOf(grammar, makings, segments);
  const known = new Set([...groupsOf(grammar), ...placesOf(grammar).map(({ name }) => name)]);
  const listed = node.at('unread').entries();
  for (const [place, why] of listed) {
    why.text();
    if (!known.has(place.replace(/-\d+$/, ''))) why.fail('unread', `"${place}" is no place of the grammar`);
    else if (!unread.some((name) => covers(place, name))) why.fail('unread', `"${place}" is read, or has no map`);
  }
  for (const name of unread) {
    if (listed.some(([place]) => covers(place, name))) continue;
    node.at('grammar').fail('unread', `no row reads ${name}, which is mapped elsewhere; "unread" may say why`);
  }
}

const covers = (place: string, name: string): boolean =>
  name === place || name.startsWith(`${place}.`) || name.startsWith(`${place}-`);

/** The places of a grammar whose segments no row reads, mapped elsewhere or not. */
export function unreadPlaces(grammar: Group, makings: readonly Making[], segments: Maps): readonly string[] {
  const reads = makings.flatMap((making) => readsOf(making, grammar, segments));
  const read = new Set(reads.map(([place]) => place));
  // Of some only the number is read, for the id of what they name (MRG).
  for (const { each, per } of makings) read.add([...each, per].join('.'));
  const elsewhere = new Set(reads.flatMap(([, map]) => othersRead(map)));
  return placesOf(grammar)
    .filter(({ name, segment }) => !read.has(name) && !elsewhere.has(segment) && !OF_THE_MESSAGE.has(segment))
    .map(({ name }) => name);
}

/** Segments that a map looks up beside its own. */
const othersRead = ({ segment, rules }: SegmentMap): readonly string[] =>
  rules.flatMap(({ from }) => from.map(segmentOf)).filter((name) => name !== segment);

const segmentOf = (at: Position): string => (at.kind === 'field' ? at.segment : '');

function unreadOf(grammar: Group, makings: readonly Making[], segments: Maps): readonly string[] {
  const reads = makings.flatMap((making) => readsOf(making, grammar, segments));
  const maps = Object.values(segments).filter((map) => !OF_THE_ENVELOPE.has(map.resource));
  return placesOf(grammar).flatMap(({ name, segment }) => {
    const own = maps.filter((map) => map.segment === segment);
    if (own.length === 0 || OF_THE_MESSAGE.has(segment)) return [];
    if (!reads.some(([place]) => place === name)) return [name];
    return SAME_EVERYWHERE.has(segment) ? unreadFields(name, segment, own, reads) : [];
  });
}

// A field counts as read where a map of the place reads it, or a map of another segment looks it up.
function unreadFields(
  name: string,
  segment: string,
  own: readonly SegmentMap[],
  reads: readonly (readonly [string, SegmentMap])[],
): readonly string[] {
  const read = new Set(
    reads
      .filter(([place, map]) => place === name || map.segment !== segment)
      .flatMap(([, map]) => fieldsOf(map, segment)),
  );
  const missing = new Set(own.flatMap((map) => fieldsOf(map, segment)).filter((field) => !read.has(field)));
  return [...missing].toSorted((one, other) => one - other).map((field) => `${name}-${field}`);
}

function fieldsOf({ rules }: SegmentMap, segment: string): readonly number[] {
  return rules
    .flatMap(({ from }) => from)
    .flatMap((at) => (at.kind === 'field' && at.segment === segment ? [at.field] : []));
}
