import { describe } from 'vitest';
import { type Fault, fault, testFaults } from './fault.ts';
import { diagnosticReport, encounter, observation, patient } from './resources.ts';

const coding = { system: 'http://loinc.org', code: '718-7' };

const values: readonly Fault[] = [
  fault('a date has no dashes', patient, { birthDate: '20240101' }, 'Patient.birthDate', 'date-invalid'),
  fault('a date has month 13 and day 45', patient, { birthDate: '2024-13-45' }, 'Patient.birthDate', 'date-invalid'),
  fault('a date does not exist', patient, { birthDate: '2023-02-30' }, 'Patient.birthDate', 'date-invalid'),
  fault('a date holds a time', patient, { birthDate: '2023-02-03T00:00:00Z' }, 'Patient.birthDate', 'date-invalid'),
  fault(
    'a dateTime with a time has no zone',
    observation,
    { effectiveDateTime: '2024-01-01T10:00:00' },
    'Observation.effectiveDateTime',
    'datetime-invalid',
  ),
  fault(
    'a dateTime has no seconds',
    observation,
    { effectiveDateTime: '2024-01-01T10:00Z' },
    'Observation.effectiveDateTime',
    'datetime-invalid',
  ),
  fault('an instant is only a date', observation, { issued: '2024-01-01' }, 'Observation.issued', 'instant-invalid'),
  fault('an id holds a character that ids do not know', patient, { id: 'a_b' }, 'Patient.id', 'id-invalid'),
  fault('an id is longer than 64', patient, { id: 'a'.repeat(65) }, 'Patient.id', 'id-invalid'),
  fault('a text is empty', patient, { name: [{ family: '' }] }, 'Patient.name[0].family', 'empty'),
  fault(
    'a text is only white space',
    patient,
    { name: [{ family: ' \t' }] },
    'Patient.name[0].family',
    'string-invalid',
  ),
  fault(
    'a text holds a control character',
    patient,
    { name: [{ family: 'a\u0000b' }] },
    'Patient.name[0].family',
    'string-invalid',
  ),
  fault(
    'a text holds half of a surrogate pair',
    patient,
    { name: [{ family: 'a\ud83d' }] },
    'Patient.name[0].family',
    'string-invalid',
  ),
  fault(
    'the codes of a language are not of BCP 47',
    patient,
    { communication: [{ language: { coding: [{ code: 'en' }, { system: 'urn:ietf:bcp:47', code: 'no language' }] } }] },
    'Patient.communication[0].language',
    'code-not-in-set',
  ),
  fault(
    'the language of a resource has no tag',
    patient,
    { language: 'no language' },
    'Patient.language',
    'code-not-in-set',
  ),
  fault('a list is empty', patient, { name: [] }, 'Patient.name', 'empty'),
  fault('an object is empty', patient, { name: [{}] }, 'Patient.name[0]', 'empty'),
  fault('a value is null', patient, { birthDate: null }, 'Patient.birthDate', 'null'),
  fault('an item is null', patient, { name: [null] }, 'Patient.name[0]', 'null'),
  fault('a null item has no partner', patient, { name: [{ given: ['a', null] }] }, 'Patient.name[0].given[1]', 'null'),
  fault('a choice is taken twice', observation, { valueString: 'a' }, 'Observation.valueString', 'choice-repeated'),
  fault(
    'a choice has a type it does not take',
    observation,
    { valueQuantity: undefined, valueMoney: { value: 1 } },
    'Observation.valueMoney',
    'element-unknown',
  ),
  fault(
    'a uri holds a space',
    patient,
    { identifier: [{ system: 'urn:a b' }] },
    'Patient.identifier[0].system',
    'uri-invalid',
  ),
  fault(
    'a code has outer spaces',
    observation,
    { code: { coding: [{ code: ' x' }] } },
    'Observation.code.coding[0].code',
    'code-invalid',
  ),
  fault('a rank is zero', patient, { telecom: [{ rank: 0 }] }, 'Patient.telecom[0].rank', 'integer-invalid'),
  fault(
    'base64 has a stray character',
    patient,
    { photo: [{ contentType: 'image/png', data: 'ab$=' }] },
    'Patient.photo[0].data',
    'base64-invalid',
  ),
  fault(
    'a media type has no slash',
    patient,
    { photo: [{ contentType: 'png' }] },
    'Patient.photo[0].contentType',
    'code-not-in-set',
  ),
  fault(
    'an extension has no url',
    patient,
    { extension: [{ valueString: 'a' }] },
    'Patient.extension[0].url',
    'element-missing',
  ),
  fault(
    'an extension has neither value nor extensions',
    patient,
    { extension: [{ url: 'http://a' }] },
    'Patient.extension[0]',
    'ext-1',
  ),
  fault(
    'an extension has two values',
    patient,
    { extension: [{ url: 'http://a', valueString: 'a', valueCode: 'b' }] },
    'Patient.extension[0].valueCode',
    'choice-repeated',
  ),
];

const invariants: readonly Fault[] = [
  fault(
    'obs-6: an absent reason beside a value',
    observation,
    { dataAbsentReason: { text: 'x' } },
    'Observation',
    'obs-6',
  ),
  fault(
    'obs-7: a component repeats the code beside a value',
    observation,
    { component: [{ code: { coding: [coding] } }] },
    'Observation',
    'obs-7',
  ),
  fault(
    'obs-3: a reference range says nothing',
    observation,
    { referenceRange: [{ type: { text: 'x' } }] },
    'Observation.referenceRange[0]',
    'obs-3',
  ),
  fault('pat-1: a contact without contact', patient, { contact: [{ gender: 'male' }] }, 'Patient.contact[0]', 'pat-1'),
  fault(
    'per-1: a period ends before it starts',
    encounter,
    { period: { start: '2024-01-01T10:00:00+02:00', end: '2024-01-01T07:59:59Z' } },
    'Encounter.period',
    'per-1',
  ),
  fault(
    'att-1: content without a type',
    diagnosticReport,
    { presentedForm: [{ data: 'YWJj' }] },
    'DiagnosticReport.presentedForm[0]',
    'att-1',
  ),
  fault('cpt-2: a contact point without system', patient, { telecom: [{ value: '1' }] }, 'Patient.telecom[0]', 'cpt-2'),
  fault(
    'qty-3: a unit code without system',
    observation,
    { valueQuantity: { value: 1, code: 'g' } },
    'Observation.valueQuantity',
    'qty-3',
  ),
  fault(
    'a simple quantity has a comparator',
    observation,
    { referenceRange: [{ low: { value: 1, comparator: '<' } }] },
    'Observation.referenceRange[0].low.comparator',
    'element-unknown',
  ),
  fault(
    'dom-3: a contained resource is not used',
    patient,
    { contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }] },
    'Patient',
    'dom-3',
  ),
  fault(
    'ref-1: a local reference leads nowhere',
    patient,
    { managingOrganization: { reference: '#o' } },
    'Patient',
    'ref-1',
  ),
  fault(
    'an element that the source package added to R4',
    patient,
    { meta: { project: 'a' } },
    'Patient.meta.?',
    'element-unknown',
  ),
];

describe('a fault of a value is found, once, at its place', () => {
  testFaults(values);
});

describe('a broken invariant is found, once, at its place', () => {
  testFaults(invariants);
});
