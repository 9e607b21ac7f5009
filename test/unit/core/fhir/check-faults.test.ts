import { describe, expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { type Fault, fault, testFaults } from './fault.ts';
import { encounter, observation, patient, type Resource } from './resources.ts';

const faults: readonly Fault[] = [
  fault('a required code is missing', observation, { status: undefined }, 'Observation.status', 'element-missing'),
  fault('a required object is missing', observation, { code: undefined }, 'Observation.code', 'element-missing'),
  fault(
    'a required element of a backbone is missing',
    patient,
    { communication: [{ preferred: true }] },
    'Patient.communication[0].language',
    'element-missing',
  ),
  fault(
    'a required element of a datatype is missing',
    observation,
    { note: [{ time: '2024-01-01' }] },
    'Observation.note[0].text',
    'element-missing',
  ),
  fault(
    'a list stands where one object should',
    observation,
    { code: [{ text: 'x' }] },
    'Observation.code',
    'single-expected',
  ),
  fault(
    'one object stands where a list should',
    patient,
    { name: { family: 'Doe' } },
    'Patient.name',
    'array-expected',
  ),
  fault('a list stands where one primitive should', patient, { gender: ['male'] }, 'Patient.gender', 'single-expected'),
  fault('a text stands where an object should', observation, { code: 'x' }, 'Observation.code', 'type-wrong'),
  fault('a text stands where a boolean should', patient, { active: 'true' }, 'Patient.active', 'type-wrong'),
  fault(
    'a text stands where a number should',
    observation,
    { valueQuantity: { value: '5' } },
    'Observation.valueQuantity.value',
    'type-wrong',
  ),
  fault(
    'a number stands where a text should',
    patient,
    { name: [{ family: 5 }] },
    'Patient.name[0].family',
    'type-wrong',
  ),
  fault('a property is unknown to R4', patient, { nickname: 'x' }, 'Patient.?', 'element-unknown'),
  fault(
    'a property belongs to another type',
    patient,
    { name: [{ city: 'x' }] },
    'Patient.name[0].city',
    'element-unknown',
  ),
  fault('gender is no code of its set', patient, { gender: 'M' }, 'Patient.gender', 'code-not-in-set'),
  fault('status is no code of its set', encounter, { status: 'done' }, 'Encounter.status', 'code-not-in-set'),
  fault(
    'a repeating code is not of its set',
    patient,
    { contact: [{ gender: 'W', name: { text: 'a' } }] },
    'Patient.contact[0].gender',
    'code-not-in-set',
  ),
  fault(
    'a reference names a type that is not allowed',
    observation,
    { subject: { reference: 'Organization/1' } },
    'Observation.subject.reference',
    'reference-target',
  ),
  fault(
    'an absolute reference names a type that is not allowed',
    observation,
    { subject: { reference: 'https://a.example/r4/Organization/1' } },
    'Observation.subject.reference',
    'reference-target',
  ),
  fault(
    'a reference has no form of a reference',
    observation,
    { subject: { reference: 'Jane' } },
    'Observation.subject.reference',
    'reference-invalid',
  ),
  fault(
    'a reference names a type R4 does not have',
    observation,
    { subject: { reference: 'Person2/1' } },
    'Observation.subject.reference',
    'reference-invalid',
  ),
  fault(
    'the type beside a reference contradicts it',
    observation,
    { subject: { reference: 'Patient/1', type: 'Group' } },
    'Observation.subject.type',
    'reference-target',
  ),
];

describe('a fault of structure is found, once, at its place', () => {
  testFaults(faults);

  it('an Organization needs an identifier or a name', () => {
    expect(checkResource({ resourceType: 'Organization', active: true })).toEqual([
      { path: 'Organization', rule: 'org-1' },
    ]);
  });

  it('a required binding of a CodeableConcept wants a coding of its system', () => {
    const allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' } };
    const clinicalStatus = {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    };
    expect(checkResource({ ...allergy, clinicalStatus })).toEqual([
      { path: 'AllergyIntolerance.clinicalStatus', rule: 'code-not-in-set' },
    ]);
    const right = {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    };
    expect(checkResource({ ...allergy, clinicalStatus: right })).toEqual([]);
  });

  it.each([
    ['no object', 'x', 'Resource', 'type-wrong'],
    ['null', null, 'Resource', 'type-wrong'],
    ['no resourceType', { id: 'a' }, 'Resource', 'type-missing'],
    ['a resourceType that is not produced', { resourceType: 'Claim' }, 'Resource', 'type-unknown'],
    ['a resourceType of the object prototype', { resourceType: 'constructor' }, 'Resource', 'type-unknown'],
  ])('%s is refused', (_name, resource, path, rule) => {
    expect(checkResource(resource)).toEqual([{ path, rule }]);
  });

  it('an object whose toString is data of the message is refused without a crash', () => {
    const hostile: unknown = JSON.parse('{"toString":"x"}');
    const issues = checkResource({ resourceType: 'Bundle', type: hostile, entry: [{ request: {} }] });
    expect(issues.map((issue) => issue.path)).toContain('Bundle.type');
  });

  it('a resource nested past every sense is refused without a crash', () => {
    let extension: Resource = { url: 'http://a', valueString: 'x' };
    for (let depth = 0; depth < 100_000; depth += 1) extension = { url: 'http://a', extension: [extension] };
    const issues = checkResource({ ...patient, extension: [extension] });
    expect(issues.map((issue) => issue.rule)).toEqual(['too-deep']);
  });
});
