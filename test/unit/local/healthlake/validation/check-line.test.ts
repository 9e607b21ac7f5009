import { expect, test } from 'vitest';
import { checkLine, type ValidationLevel } from '../../../../../local/healthlake/validation/check-line.ts';

const observation = { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' } };
const patient = { resourceType: 'Patient', id: 'p1' };

function refusals(resource: object | string, level: ValidationLevel = 'strict') {
  const line = typeof resource === 'string' ? resource : JSON.stringify(resource);
  return checkLine(line, level).refusals.map(({ path, diagnostics }) => `${path ?? ''} ${diagnostics}`.trim());
}

test.each([
  ['a plain observation', observation],
  [
    'a value and an offset',
    { ...observation, valueQuantity: { value: 1 }, effectiveDateTime: '2024-03-02T08:00:00+01:00' },
  ],
  ['a partial date', { ...patient, birthDate: '1980-02' }],
  [
    'references of every literal form',
    {
      ...observation,
      subject: { reference: 'https://x.org/fhir/Patient/1' },
      performer: [{ reference: 'urn:uuid:0-1' }, { reference: 'Practitioner/1' }],
    },
  ],
  ['an own coding beside the required one', { ...patient, communication: [{ language: { text: 'Klingon' } }] }],
  ['a base profile', { ...patient, meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Patient'] } }],
  [
    'a contained resource',
    {
      ...observation,
      contained: [{ resourceType: 'Patient', id: 'in', gender: 'male' }],
      subject: { reference: '#in' },
    },
  ],
])('%s is taken', (_, resource) => {
  expect(refusals(resource)).toEqual([]);
});

test.each([
  ['a day that does not exist', { ...patient, birthDate: '2023-02-30' }, 'Patient.birthDate Not a valid date'],
  [
    'a time without an offset',
    { ...observation, effectiveDateTime: '2024-03-02T08:00:00' },
    'Observation.effectiveDateTime if a date has a time, it must have a timezone',
  ],
  [
    'a wrong code deep inside',
    { ...patient, contact: [{ name: { text: 'x' }, gender: 'm' }] },
    'Patient.contact[0].gender The value provided',
  ],
  [
    'a wrong code in a contained resource',
    { ...observation, contained: [{ resourceType: 'Patient', id: 'in', gender: 'm' }] },
    'Observation.contained[0].gender The value provided',
  ],
  [
    'a target of another type',
    { ...observation, subject: { reference: 'Organization/1' } },
    'Observation.subject Invalid Resource target type. Found Organization',
  ],
  [
    'a reference that is none',
    { ...observation, subject: { reference: 'Patient/' } },
    'Observation.subject The reference is not a valid literal reference',
  ],
  ['an empty string', { ...patient, name: [{ family: '' }] }, 'Patient.name[0].family value cannot be empty'],
  ['an empty array', { ...patient, name: [] }, 'Patient.name Array cannot be empty'],
  ['an empty object', { ...patient, maritalStatus: {} }, 'Patient.maritalStatus Object must have some content'],
  [
    'a required element that is missing',
    { resourceType: 'Observation', id: 'o', status: 'final' },
    "Observation.code Profile http://hl7.org/fhir/StructureDefinition/Observation, Element 'Observation.code': minimum required = 1",
  ],
  ['a broken invariant', { ...patient, contact: [{ gender: 'male' }] }, 'Patient.contact[0] Constraint pat-1 not met'],
  [
    'two values',
    { ...observation, valueString: 'a', valueInteger: 1 },
    "Element 'Observation.value[x]': max allowed = 1, but found 2",
  ],
  ['a type that R4 does not have', { resourceType: 'Pet', id: 'x' }, "Resource type 'Pet' is not supported"],
  ['a type that is not stored', { resourceType: 'OperationOutcome', id: 'x', issue: [] }, 'is not supported'],
  ['a datatype', { resourceType: 'HumanName', id: 'x' }, 'is not supported'],
  ['a type name with a digit', { resourceType: 'P1', id: 'x' }, "at 'resourceType' failed to satisfy constraint"],
  ['an id of 65 characters', { ...patient, id: 'x'.repeat(65) }, "at 'resourceId' failed to satisfy constraint"],
  ['no id', { resourceType: 'Patient' }, 'Missing required id field in resource json'],
  ['an array', '[]', 'Invalid JSON found in input file'],
  ['half a line', '{"resourceType":', 'Invalid JSON found in input file'],
])('%s is refused', (_, resource, wanted) => {
  expect(refusals(resource).join('\n')).toContain(wanted);
});

test('a profile is held at strict only; one that is not known refuses the line', () => {
  const core = (more: object) => ({
    ...patient,
    meta: { profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'] },
    ...more,
  });
  const thin = refusals(core({})).join('\n');
  expect(thin).toContain(
    "Profile http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient, Element 'Patient.identifier': minimum required = 1",
  );
  expect(
    refusals(core({ identifier: [{ system: 'urn:x', value: '1' }], name: [{ family: 'Doe' }], gender: 'male' })),
  ).toEqual([]);
  expect(refusals(core({}), 'structure-only')).toEqual([]);
  const unknown = { ...patient, meta: { profile: ['http://example.org/p'] } };
  expect(refusals(unknown)).toEqual([expect.stringContaining('Patient.meta.profile Profile reference')]);
  expect(refusals(unknown, 'structure-only')).toEqual([]);
});
