import type { Fields } from './fields.ts';
import { listOf, objectOf, textOf } from './fields.ts';
import { codes } from './generated/definitions.ts';
import type { PrimitiveCheck } from './primitives.ts';

/** Value sets that R4 cannot enumerate (BCP 13, ISO 4217, BCP 47): their codes are held by form. */
const patterns: Readonly<Record<string, RegExp>> = {
  mimetypes: /^[^\s/;]+\/[^\s/;]+(?:\s*;.*)?$/,
  currencies: /^[A-Z]{3}$/,
  'all-languages': /^(?:[a-z]{2,3}|x)(?:-[a-z\d]{1,8})*$/i,
};

/** The code system of a set that is held by form, where a concept may be bound to it. */
const patternSystems: Readonly<Record<string, string>> = { 'all-languages': 'urn:ietf:bcp:47' };

const members = new Map<string, ReadonlySet<string>>();

/** The codes of a required binding, of all its systems; undefined when the set is not enumerable. */
export function codesOf(set: string): ReadonlySet<string> | undefined {
  const known = members.get(set);
  if (known !== undefined) return known;
  const systems = Object.hasOwn(codes, set) ? codes[set] : undefined;
  if (systems === undefined) return undefined;
  const all = new Set(Object.values(systems).flatMap((list) => list.split(' ')));
  members.set(set, all);
  return all;
}

/** Checks a `code` against its required binding. */
export function codeCheck(set: string): PrimitiveCheck {
  const allowed = codesOf(set);
  const pattern = patterns[set];
  if (allowed === undefined && pattern === undefined) throw new Error(`No codes for value set ${set}`);
  return (value) => {
    if (typeof value !== 'string') return 'type-wrong';
    if (value.length === 0) return 'empty';
    return (allowed?.has(value) ?? pattern?.test(value)) === true ? undefined : 'code-not-in-set';
  };
}

/** Whether one coding of a CodeableConcept is of the set, system and all (https://hl7.org/fhir/R4/terminologies.html#strength). */
export function hasCodingOf(set: string, concept: Fields): boolean {
  const systems = systemsOf(set);
  for (const item of listOf(concept['coding'])) {
    const coding = objectOf(item);
    const system = coding?.['system'];
    if (typeof system !== 'string') continue;
    const code = textOf(coding?.['code']);
    const stands = system === patternSystems[set] ? patterns[set]?.test(code) : systems.get(system)?.has(code);
    if (stands === true) return true;
  }
  return false;
}

const bySystem = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();

/** The codes of a set under each of its systems. */
function systemsOf(set: string): ReadonlyMap<string, ReadonlySet<string>> {
  const known = bySystem.get(set);
  if (known !== undefined) return known;
  const systems = new Map(Object.entries(codes[set] ?? {}).map(([system, list]) => [system, new Set(list.split(' '))]));
  bySystem.set(set, systems);
  return systems;
}
