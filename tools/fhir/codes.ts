import type { CodeSystem, Concept, Inclusion, Published } from './published.ts';

/** The codes of a closed value set, by code system. */
export type ClosedCodes = ReadonlyMap<string, readonly string[]>;

/**
 * Bindings whose codes the definitions do not enumerate: BCP 13 media types, ISO 4217 currencies and BCP 47 languages. The
 * checker holds their form by the pattern of this name.
 */
const patterned = new Set(['mimetypes', 'currencies', 'all-languages']);

export function isPatterned(valueSet: string): boolean {
  return patterned.has(valueSet);
}

/** `http://hl7.org/fhir/ValueSet/observation-status|4.0.1` is `observation-status`. */
export function shortName(canonical: string): string {
  return (canonical.split('|')[0] ?? '').slice('http://hl7.org/fhir/ValueSet/'.length);
}

/** Expands a value set by its whole systems and enumerated concepts. Throws on what it cannot expand: nothing is guessed. */
export function closedCodes(published: Published, canonical: string): ClosedCodes {
  const valueSet = published.valueSets.get(canonical.split('|')[0] ?? '');
  const compose = valueSet?.compose;
  if (compose === undefined || compose.exclude !== undefined) throw new Error(`Cannot expand value set ${canonical}`);
  const expanded = new Map<string, readonly string[]>();
  for (const inclusion of compose.include) {
    const system = inclusion.system ?? '';
    expanded.set(system, [...(expanded.get(system) ?? []), ...codesOf(published, canonical, inclusion)]);
  }
  return expanded;
}

function codesOf(published: Published, canonical: string, inclusion: Inclusion): readonly string[] {
  if (inclusion.filter !== undefined || inclusion.valueSet !== undefined || inclusion.system === undefined) {
    throw new Error(`Cannot expand an inclusion of value set ${canonical}`);
  }
  if (inclusion.concept !== undefined) return inclusion.concept.map((concept) => concept.code);
  return allCodes(published.codeSystems.get(inclusion.system), canonical);
}

function allCodes(system: CodeSystem | undefined, canonical: string): readonly string[] {
  if (system?.content !== 'complete')
    throw new Error(`Value set ${canonical} takes a code system that is not complete`);
  const walk = (concepts: readonly Concept[]): string[] =>
    concepts.flatMap((concept) => [concept.code, ...walk(concept.concept ?? [])]);
  return walk(system.concept ?? []);
}
