import { describe, expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { encounter, observation, patient, type Resource } from './resources.ts';

const written = (resource: unknown): readonly string[] =>
  checkResource(resource).map(({ path, rule }) => `${path} ${rule}`);

describe('the walk through a resource', () => {
  it('tells every fault in the order met, with the whole path', () => {
    const inner = {
      resourceType: 'Patient',
      contained: [{ resourceType: 'Organization', id: 'o' }],
      name: [{ family: 'a' }, { given: ['a', '', 'b', ' '], period: { start: 'x' } }],
      contact: [{ telecom: [{ value: '1', rank: 0 }] }],
    };
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{}, { resource: inner }], total: 1 };
    expect(written(bundle)).toEqual([
      'Bundle.entry[0] empty',
      'Bundle.entry[0] bdl-5',
      'Bundle.entry[1].resource.contained[0] org-1',
      'Bundle.entry[1].resource.name[1].given[1] empty',
      'Bundle.entry[1].resource.name[1].given[3] string-invalid',
      'Bundle.entry[1].resource.name[1].period.start datetime-invalid',
      'Bundle.entry[1].resource.contact[0].telecom[0].rank integer-invalid',
      'Bundle.entry[1].resource.contact[0].telecom[0] cpt-2',
      'Bundle.entry[1].resource dom-3',
      'Bundle bdl-1',
    ]);
  });

  it('finds the same in any order of the properties', () => {
    const faulty: Resource = {
      ...patient,
      gender: 'M',
      birthDate: '2024-13-45',
      nickname: 'x',
      name: [{ family: '' }],
    };
    const turned = Object.fromEntries(Object.entries(faulty).reverse());
    expect(written(turned)).toEqual([...written(faulty)].reverse());
    expect(written(faulty)).toHaveLength(4);
    expect(written(patient)).toEqual([]);
  });

  it('knows no property without a name, even in the first object of a type', () => {
    expect(written({ resourceType: 'Slot', '': 1, schedule: { '': 'x' } })).toEqual([
      'Slot.? element-unknown',
      'Slot.schedule.? element-unknown',
      'Slot.status element-missing',
      'Slot.start element-missing',
      'Slot.end element-missing',
    ]);
    expect(written({ ...patient, animal: 1, photo: [{ '': 1 }] })).toEqual([
      'Patient.? element-unknown',
      'Patient.photo[0].? element-unknown',
    ]);
  });

  it('says where it became too deep', () => {
    let assigner: Resource = { display: 'x' };
    for (let depth = 0; depth < 40; depth += 1) assigner = { identifier: { assigner } };
    expect(written({ ...patient, managingOrganization: assigner })).toEqual([
      `Patient.managingOrganization${'.identifier.assigner'.repeat(31)}.identifier too-deep`,
    ]);
  });

  it('asks every invariant of an object with an element that its type does not know', () => {
    const condition = { resourceType: 'Condition', subject: { reference: 'Patient/1' }, abatementMoney: { value: 1 } };
    expect(written(condition)).toEqual(['Condition.? element-unknown', 'Condition con-4']);
  });
});

describe('a reference that stood before', () => {
  const to = (reference: unknown): Resource => ({ ...observation, subject: reference });

  it('does not stand for another element', () => {
    expect(written({ ...encounter, subject: { reference: 'Patient/7' } })).toEqual([]);
    expect(written({ ...encounter, subject: { reference: 'Patient/7' }, partOf: { reference: 'Patient/7' } })).toEqual([
      'Encounter.partOf.reference reference-target',
    ]);
  });

  it('does not vouch for what stands beside it', () => {
    expect(written(to({ reference: 'Patient/7', display: 'Jane' }))).toEqual([]);
    expect(written(to({ reference: 'Patient/7', type: 'Group' }))).toEqual([
      'Observation.subject.type reference-target',
    ]);
    expect(written(to({ reference: 'Patient/7', display: '' }))).toEqual(['Observation.subject.display empty']);
    expect(written(to({ reference: 'Patient/7', nickname: 'x' }))).toEqual(['Observation.subject.? element-unknown']);
  });

  it.each([
    ['', 'empty'],
    [' ', 'string-invalid reference-invalid'],
    ['Patient/7\n', 'reference-invalid'],
    [`Patient/${'a'.repeat(65)}`, 'reference-invalid'],
    ['Encounter/7', 'reference-target'],
    [7, 'type-wrong'],
  ])('is needed first: %j is %s', (reference, rules) => {
    const expected = rules.split(' ').map((rule) => `Observation.subject.reference ${rule}`);
    expect(written(to({ reference }))).toEqual(expected);
    expect(written(to({ reference }))).toEqual(expected);
  });

  it('may have an id of 64 characters', () => {
    expect(written(to({ reference: `Patient/${'a'.repeat(64)}` }))).toEqual([]);
  });
});
