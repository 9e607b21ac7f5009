import type { Resource } from '../../core/merge/render.ts';
import { attachments, type Fact, facts, pairingKey, withDrugs } from './facts.ts';

/** One fact of one message, and what only one of the converters says of it. */
export interface Comparison {
  /** `Patient.identifier`, `Observation.value`, `Attachment`. */
  readonly fact: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** Only what both state can be a disagreement. */
  readonly statedBy: 'both' | 'us' | 'them';
}

/** Compares what two converters made of one message, fact by fact. */
export function compare(ours: readonly Resource[], theirs: readonly Resource[]): readonly Comparison[] {
  const [allLeft, allRight] = [withDrugs(ours), withDrugs(theirs)];
  const comparisons = Object.entries(facts).flatMap(([type, list]) => {
    const left = allLeft.filter((resource) => resource.resourceType === type);
    const right = allRight.filter((resource) => resource.resourceType === type);
    const code = list.filter(isKey).flatMap((fact) => difference(`${type}.${fact.name}`, fact, left, right));
    const rest = list.filter((fact) => !isKey(fact));
    const pairs = pairsOf(left, right, rest);
    return [
      ...code,
      ...pairs.flatMap(([one, other]) =>
        rest.flatMap((fact) => difference(`${type}.${fact.name}`, fact, [one], [other])),
      ),
    ];
  });
  const files: Fact = { name: 'Attachment', kind: 'text', values: () => [] };
  return [...comparisons, ...differ('Attachment', files, attachments(ours), attachments(theirs))];
}

// Codes pair the resources, so they are compared over all resources of a type.
const isKey = ({ name }: Fact): boolean => name === 'code' || name === 'medication';

/**
 * Resources with the same key, each with the counterpart that it agrees with most; types without a key are paired by
 * that alone. Of equal ones the first is taken, so that equal input gives equal pairs.
 */
function pairsOf(
  left: readonly Resource[],
  right: readonly Resource[],
  list: readonly Fact[],
): readonly (readonly [Resource, Resource])[] {
  const candidates = left.flatMap((one) =>
    right.filter((other) => pairingKey(other) === pairingKey(one)).map((other) => ({ pair: [one, other] as const })),
  );
  const ranked = candidates
    .map(({ pair }) => ({ pair, agreeing: agreementOf(pair, list) }))
    .toSorted((a, b) => b.agreeing - a.agreeing);
  const taken = new Set<Resource>();
  return ranked.flatMap(({ pair }) => {
    if (pair.some((resource) => taken.has(resource))) return [];
    for (const resource of pair) taken.add(resource);
    return [pair];
  });
}

function agreementOf([one, other]: readonly [Resource, Resource], list: readonly Fact[]): number {
  const told = list.flatMap((fact) => difference(fact.name, fact, [one], [other]));
  return told.filter(({ ours, theirs, statedBy }) => statedBy === 'both' && ours.length + theirs.length === 0).length;
}

function difference(
  name: string,
  fact: Fact,
  left: readonly Resource[],
  right: readonly Resource[],
): readonly Comparison[] {
  return differ(
    name,
    fact,
    left.flatMap((resource) => fact.values(resource)),
    right.flatMap((resource) => fact.values(resource)),
  );
}

function differ(name: string, fact: Fact, left: readonly string[], right: readonly string[]): readonly Comparison[] {
  const keys = (values: readonly string[]) => new Set(values.map(keyOf));
  const [ours, theirs] =
    fact.keyed === true
      ? [left.filter((value) => keys(right).has(keyOf(value))), right.filter((value) => keys(left).has(keyOf(value)))]
      : [left, right];
  if (ours.length === 0 && theirs.length === 0) return [];
  const rest = [...theirs];
  const alone = ours.filter((value) => {
    const at = rest.findIndex((other) => agrees(fact.kind, value, other));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  const statedBy = theirs.length === 0 ? 'us' : ours.length === 0 ? 'them' : 'both';
  return [{ fact: name, ours: alone, theirs: rest, statedBy }];
}

const keyOf = (value: string): string => value.split(' -> ')[0] ?? '';

function agrees(kind: Fact['kind'], left: string, right: string): boolean {
  if (left === right) return true;
  if (kind === 'number') return Number(left) === Number(right);
  return kind === 'time' && sameTime(left, right);
}

/**
 * The peer re-expressed zoned times in its author's zone and gave unzoned ones a zone of its own: times agree as
 * instants, or in their local part.
 */
function sameTime(left: string, right: string): boolean {
  const instant = (time: string): number => (time.includes('T') ? Date.parse(time) : Number.NaN);
  return instant(left) === instant(right) || localPart(left) === localPart(right);
}

function localPart(time: string): string {
  const local = time.replace(/(?:Z|[+-]\d\d:\d\d)$/, '').replace(/(\.\d*?)0+$/, '$1');
  return local.replace(/\.$/, '').replace(/(T\d\d:\d\d):00$/, '$1');
}
