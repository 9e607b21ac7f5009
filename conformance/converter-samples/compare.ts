import type { Resource } from '../../core/merge/render.ts';
import { attachments, type Fact, facts, pairingKey } from './facts.ts';

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
  const comparisons = Object.entries(facts).flatMap(([type, list]) => {
    const left = ours.filter((resource) => resource.resourceType === type);
    const right = theirs.filter((resource) => resource.resourceType === type);
    const code = list.filter(isKey).flatMap((fact) => difference(`${type}.${fact.name}`, fact, left, right));
    const pairs = pairsOf(left, right);
    const rest = list.filter((fact) => !isKey(fact));
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

/** Resources with the same key, each with its counterpart; types without a key are paired in their order. */
function pairsOf(left: readonly Resource[], right: readonly Resource[]): readonly (readonly [Resource, Resource])[] {
  const waiting = [...right];
  return left.flatMap((resource): (readonly [Resource, Resource])[] => {
    const at = waiting.findIndex((other) => pairingKey(other) === pairingKey(resource));
    const [other] = at < 0 ? [] : waiting.splice(at, 1);
    return other === undefined ? [] : [[resource, other]];
  });
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
