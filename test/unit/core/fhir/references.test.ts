import { describe, expect, it } from 'vitest';
import { readReference, referencesOf } from '../../../../core/fhir/references.ts';

describe('the text of a reference', () => {
  it.each([
    ['Patient/1', 'Patient'],
    ['Patient/1/_history/2', 'Patient'],
    ['https://a.example/r4/Patient/1', 'Patient'],
    ['https://a.example/r4/Patient/1/_history/2', 'Patient'],
    ['Patient?identifier=a|b', 'Patient'],
    ['https://a.example/r4/Patient?identifier=a%7Cb', 'Patient'],
  ])('%s names a Patient', (text, type) => {
    expect(readReference(text)).toEqual({ form: 'literal', type });
  });

  it.each([
    '#',
    '#p1',
    'urn:uuid:8f3c1d52-0000-4000-8000-000000000001',
    'https://a.example/about',
    'https://a.example/Foo/1',
  ])('%s leads elsewhere', (text) => {
    expect(readReference(text)).toEqual({ form: 'elsewhere' });
  });

  it.each([
    '1',
    'Jane',
    'Foo/1',
    'Patient/',
    'Patient/a b',
    'Patient/a_b',
    'a/Patient/1',
    '#a b',
    'Patient?name=a b',
    `Patient/${'a'.repeat(65)}`,
  ])('%s is none', (text) => {
    expect(readReference(text)).toEqual({ form: 'invalid' });
  });
});

describe('the references of a resource', () => {
  it('are its relative ones, each once, in the order met', () => {
    const resource = {
      resourceType: 'Observation',
      subject: { reference: 'Patient/1' },
      performer: [
        { reference: 'Practitioner/2' },
        { reference: '#x' },
        { reference: 'urn:uuid:a' },
        { display: 'Doe' },
      ],
      derivedFrom: [{ reference: 'DocumentReference/3/_history/1' }, { reference: 'https://a.example/Observation/4' }],
      focus: [{ reference: 'Patient/1' }],
    };
    expect(referencesOf(resource)).toEqual(['Patient/1', 'Practitioner/2', 'DocumentReference/3']);
  });
});
