import { createHash } from 'node:crypto';
import type { Resource } from '../../core/merge/render.ts';

/** One thing that both converters may say of a resource: its values, or each value under the key it belongs to. */
interface Fact {
  readonly name: string;
  readonly kind: 'text' | 'time' | 'number';
  values(resource: Resource): readonly string[];
  /** Set where a value belongs to another one: values of keys that only one side has are not compared. */
  readonly keyed?: true;
}

type Json = Readonly<Record<string, unknown>>;

/** Every object at a path of element names; lists on the way are entered. */
export function all(from: unknown, ...path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (Array.isArray(from)) return from.flatMap((item) => all(item, ...path));
  if (name === undefined) return from === undefined ? [] : [from];
  return typeof from === 'object' && from !== null ? all((from as Json)[name], ...rest) : [];
}

const clean = (value: unknown): string => String(value).replace(/\s+/g, ' ').trim();
const texts = (from: unknown, ...path: readonly string[]): readonly string[] =>
  all(from, ...path)
    .map(clean)
    .filter((text) => text !== '');

const text = (name: string, ...path: readonly string[]): Fact => ({
  name,
  kind: 'text',
  values: (resource) => texts(resource, ...path),
});
const time = (name: string, ...paths: readonly (readonly string[])[]): Fact => ({
  name,
  kind: 'time',
  values: (resource) => paths.flatMap((path) => texts(resource, ...path)),
});

/** The codes of a concept, sorted; its text where it has none. */
export function conceptText(concept: unknown): string {
  const codes = [...new Set(texts(concept, 'coding', 'code'))].toSorted();
  return codes.length > 0
    ? codes.join(' ')
    : (texts(concept, 'text')[0] ?? texts(concept, 'coding', 'display')[0] ?? '');
}

const concept = (name: string, ...path: readonly string[]): Fact => ({
  name,
  kind: 'text',
  values: (resource) =>
    all(resource, ...path)
      .map(conceptText)
      .filter((found) => found !== ''),
});

/** A member of each element of a list, under what identifies the element. */
const member = (name: string, list: string, key: (item: unknown) => string, ...path: readonly string[]): Fact => ({
  name,
  kind: 'text',
  keyed: true,
  values: (resource) =>
    all(resource, list).flatMap((item) => texts(item, ...path).map((value) => `${key(item)} -> ${value}`)),
});

const nameOf = (item: unknown): string => [...texts(item, 'given'), ...texts(item, 'family')].join(' ');
const addressOf = (item: unknown): string =>
  ['line', 'city', 'state', 'postalCode', 'country'].map((part) => texts(item, part).join(', ')).join(' | ');
const spokenOf = (item: unknown): string => texts(item, 'value').join(' ');
const listed = (name: string, list: string, key: (item: unknown) => string): Fact => ({
  name,
  kind: 'text',
  values: (resource) =>
    all(resource, list)
      .map(key)
      .filter((found) => found !== ''),
});

// Systems that only stand for "unknown" on either side say nothing.
const PLACEHOLDER = /^(?:http:\/\/example\.com\/|urn:tributary:)/;
const systemOf: Fact = {
  name: 'identifier.system',
  kind: 'text',
  keyed: true,
  values: (resource) =>
    all(resource, 'identifier').flatMap((item) =>
      texts(item, 'system')
        .filter((system) => !PLACEHOLDER.test(system))
        .map((system) => `${spokenOf(item)} -> ${system}`),
    ),
};

const identifiers: readonly Fact[] = [
  listed('identifier', 'identifier', spokenOf),
  member('identifier.type', 'identifier', spokenOf, 'type', 'coding', 'code'),
  systemOf,
];

const number = (name: string, values: Fact['values']): Fact => ({ name, kind: 'number', values });

const quantities = (resource: Resource): readonly string[] => [
  ...texts(resource, 'valueQuantity', 'value'),
  ...texts(resource, 'component', 'valueQuantity', 'value'),
];
const valueTexts = (resource: Resource): readonly string[] =>
  [resource, ...all(resource, 'component')].flatMap((holder) => [
    ...texts(holder, 'valueString'),
    ...texts(holder, 'valueBoolean'),
    ...texts(holder, 'valueInteger'),
    ...all(holder, 'valueCodeableConcept').map(conceptText),
    ...['valueRange', 'valueRatio', 'valuePeriod'].flatMap((name) =>
      all(holder, name).map((part) => JSON.stringify(part)),
    ),
  ]);

/** The facts by resource type that issue and conformance speak of; an order's code stands under each kind of order. */
export const facts: Readonly<Record<string, readonly Fact[]>> = {
  Patient: [
    ...identifiers,
    listed('name', 'name', nameOf),
    member('name.use', 'name', nameOf, 'use'),
    member('name.suffix', 'name', nameOf, 'suffix'),
    member('name.prefix', 'name', nameOf, 'prefix'),
    text('birthDate', 'birthDate'),
    text('gender', 'gender'),
    listed('address', 'address', addressOf),
    member('address.use', 'address', addressOf, 'use'),
    member('address.type', 'address', addressOf, 'type'),
    listed('telecom', 'telecom', spokenOf),
    member('telecom.system', 'telecom', spokenOf, 'system'),
    member('telecom.use', 'telecom', spokenOf, 'use'),
  ],
  Encounter: [
    ...identifiers,
    text('class', 'class', 'code'),
    text('status', 'status'),
    time('period.start', ['period', 'start']),
    time('period.end', ['period', 'end']),
  ],
  Observation: [
    concept('code', 'code'),
    number('value', quantities),
    { name: 'value (other)', kind: 'text', values: valueTexts },
    time('value (time)', ['valueDateTime'], ['valueTime']),
    text('unit', 'valueQuantity', 'unit'),
    text('status', 'status'),
    time('effective', ['effectiveDateTime'], ['effectivePeriod', 'start']),
  ],
  DiagnosticReport: [
    concept('code', 'code'),
    text('status', 'status'),
    { name: 'results', kind: 'text', values: (resource) => [String(all(resource, 'result').length)] },
  ],
  ServiceRequest: [concept('code', 'code')],
  MedicationRequest: [concept('medication', 'medicationCodeableConcept')],
  MedicationDispense: [concept('medication', 'medicationCodeableConcept')],
  MedicationAdministration: [concept('medication', 'medicationCodeableConcept')],
  Immunization: [concept('code', 'vaccineCode')],
  AllergyIntolerance: [concept('code', 'code')],
  Condition: [concept('code', 'code')],
};

/** What tells resources of one type apart, so that those of both sides can be paired. */
export function pairingKey(resource: Resource): string {
  const held = resource as Json;
  return conceptText(held['code'] ?? held['vaccineCode'] ?? held['medicationCodeableConcept']);
}

/** The resources, each that refers to a drug with the concept of that drug in the reference's place. */
export function withDrugs(resources: readonly Resource[]): readonly Resource[] {
  const drugs = new Map(
    resources
      .filter(({ resourceType }) => resourceType === 'Medication')
      .map((drug) => [`Medication/${drug.id}`, (drug as Json)['code']]),
  );
  return resources.map((resource) => {
    const [reference] = texts(resource, 'medicationReference', 'reference');
    const drug = reference === undefined ? undefined : drugs.get(reference);
    return drug === undefined ? resource : { ...resource, medicationCodeableConcept: drug };
  });
}

/** The documents that a message carries, as digests of their decoded bytes. */
export function attachments(resources: readonly Resource[]): readonly string[] {
  const found = resources.flatMap((resource) => [
    ...all(resource, 'content', 'attachment', 'data'),
    ...all(resource, 'presentedForm', 'data'),
    ...all(resource, 'extension', 'valueAttachment', 'data'),
  ]);
  return found.map((data) =>
    createHash('sha256')
      .update(Buffer.from(String(data), 'base64'))
      .digest('hex'),
  );
}

export type { Fact };
