import { fhirTimeRange } from '../fhir-time.ts';
import type { Refusal } from '../operation-outcome.ts';
import { type Expansion, expandValueSet } from './value-sets.ts';
import { type ElementValue, walkElements } from './walk-elements.ts';

type Json = Record<string, unknown>;

const REFERENCE =
  /^(?:#.*|urn:(?:uuid|oid):.+|https?:\/\/.+|[A-Z][A-Za-z]+\?.+|[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?)$/;

/**
 * What FHIR R4 asks and the validator of `@medplum/core` 5.2.13 lets pass: codes outside a required binding, impossible
 * days, times without an offset, two values of one choice, malformed references and
 * targets of a type that is not allowed, empty values.
 */
export function checkElements(resource: Json): Refusal[] {
  const refusals: Refusal[] = [];
  for (const held of walkElements(String(resource['resourceType']), resource, String(resource['resourceType']))) {
    for (const diagnostics of [secondValue(held), emptiness(held), badTime(held), badReference(held), badCode(held)]) {
      if (diagnostics) refusals.push({ diagnostics, path: held.path });
    }
  }
  for (const [name, value] of Object.entries(resource)) {
    if (Array.isArray(value) && value.length === 0) {
      refusals.push({
        diagnostics: 'Array cannot be empty - the property should not be present if it has no values',
        path: `${resource['resourceType']}.${name}`,
      });
    }
  }
  return refusals;
}

function secondValue({ secondChoice, element }: ElementValue): string | undefined {
  return secondChoice ? `Element '${element.path}': max allowed = 1, but found 2` : undefined;
}

function emptiness({ value }: ElementValue): string | undefined {
  if (value === '') return 'value cannot be empty';
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.keys(value).length === 0) return 'Object must have some content';
  const hollow = Object.values(value).some((member) => Array.isArray(member) && member.length === 0);
  return hollow ? 'Array cannot be empty - the property should not be present if it has no values' : undefined;
}

function badTime({ type, value }: ElementValue): string | undefined {
  if (typeof value !== 'string' || !['date', 'dateTime', 'instant'].includes(type)) return undefined;
  if (!fhirTimeRange(value)) return `Not a valid ${type}`;
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(value);
  return value.includes('T') && !zoned ? 'if a date has a time, it must have a timezone' : undefined;
}

function badReference({ type, element, value }: ElementValue): string | undefined {
  const reference = type === 'Reference' ? (value as Json | null)?.['reference'] : undefined;
  if (typeof reference !== 'string') return undefined;
  if (!REFERENCE.test(reference)) return 'The reference is not a valid literal reference';
  const found = /^([A-Z][A-Za-z]+)[/?]/.exec(reference)?.[1];
  const allowed = element.type.flatMap(({ targetProfile }) => targetProfile ?? []).map((url) => url.split('/').at(-1));
  if (found === undefined || allowed.length === 0 || allowed.includes('Resource') || allowed.includes(found))
    return undefined;
  return `Invalid Resource target type. Found ${found}, but expected one of ([${allowed.join(', ')}])`;
}

function badCode({ type, element, value }: ElementValue): string | undefined {
  if (element.binding?.strength !== 'required' || element.binding.valueSet === undefined) return undefined;
  const codes = expandValueSet(element.binding.valueSet);
  if (!codes) return undefined;
  // A CodeableConcept may carry further codings beside the one that the binding asks for.
  const given = codesIn(type, value);
  const [first] = given;
  if (!first || given.some(([system, code]) => holds(codes, system, code))) return undefined;
  return `The value provided ('${first[1]}') is not in the value set ${element.binding.valueSet}, and a code is required from this value set`;
}

function holds(codes: Expansion, system: string | undefined, code: string): boolean {
  return system === undefined ? codes.bare.has(code) : codes.qualified.has(`${system}|${code}`);
}

/** Codes with their systems; a bare `code` has none. */
function codesIn(type: string, value: unknown): [system: string | undefined, code: string][] {
  if (type === 'code' && typeof value === 'string') return [[undefined, value]];
  if (typeof value !== 'object' || value === null) return [];
  const codings =
    type === 'CodeableConcept'
      ? ((value as Json)['coding'] as Json[] | undefined)
      : type === 'Coding'
        ? [value as Json]
        : undefined;
  if (!Array.isArray(codings)) return [];
  return codings.flatMap(({ system, code }) =>
    typeof code === 'string'
      ? [[typeof system === 'string' ? system : undefined, code] as [string | undefined, string]]
      : [],
  );
}
