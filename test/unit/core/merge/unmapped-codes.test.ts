import { expect, test } from 'vitest';
import { liftUnmappedCodes } from '../../../../core/merge/unmapped-codes.ts';

const alternate = (code: string) => ({
  url: 'http://hl7.org/fhir/StructureDefinition/alternate-codes',
  valueCodeableConcept: { coding: [{ code }] },
});
const lifted = (element: string, code: string) => ({
  url: 'urn:tributary:unmapped-code',
  extension: [
    { url: 'element', valueCode: element },
    { url: 'code', valueCodeableConcept: { coding: [{ code }] } },
  ],
});

test('a code without a value moves to the object that holds the element', () => {
  const patient = { name: [{ family: 'Ames', _use: { extension: [alternate('ZZ')] } }] };
  expect(liftUnmappedCodes(patient)).toEqual({ name: [{ family: 'Ames', extension: [lifted('use', 'ZZ')] }] });
  expect(patient.name[0]?._use).toEqual({ extension: [alternate('ZZ')] });
});

test('a code beside a value stays beside it', () => {
  const held = { status: 'unknown', _status: { extension: [alternate('ZZ')] } };
  expect(liftUnmappedCodes(held)).toBe(held);
});

test('in a list only the repetitions that have a code keep their place', () => {
  const allergy = { extension: [{ url: 'x' }], category: ['food'], _category: [{ extension: [alternate('MC')] }] };
  expect(liftUnmappedCodes(allergy)).toEqual({
    extension: [{ url: 'x' }, lifted('category', 'MC')],
    category: ['food'],
  });
});

test('an extension whose value has no code gives its place to the code', () => {
  const url = 'http://hl7.org/fhir/StructureDefinition/humanname-assembly-order';
  const name = { extension: [{ url, _valueCode: { extension: [alternate('Z')] } }] };
  expect(liftUnmappedCodes(name)).toEqual({ extension: [lifted('humanname-assembly-order', 'Z')] });
});

test('what has no such code is given back as it is', () => {
  const patient = {
    name: [{ given: ['Ada'], _family: { extension: [{ url: 'x', valueString: 'y' }] } }],
    active: true,
  };
  expect(liftUnmappedCodes(patient)).toBe(patient);
});
