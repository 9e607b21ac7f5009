import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sources } from '../../../../core/mapping/compile/plan.ts';
import { compilePlan } from '../../../../core/mapping/compile/plan.ts';
import { readSources } from '../../../../tools/mappings/read-sources.ts';
import { readYaml } from '../../../../tools/mappings/read-yaml.ts';
import { root } from './fixtures.ts';

const { sources } = readSources(join(root, 'mappings'));

test('the mapping files compile without a problem', () => {
  expect(compilePlan(sources).problems).toEqual([]);
});

test('the committed plan is what the mapping files compile to', () => {
  const tool = join(root, 'tools/compile-mappings.ts');
  expect(() => execFileSync(process.execPath, [tool, '--check'], { stdio: 'pipe' })).not.toThrow();
});

test('a row that is only listed compiles to nothing', () => {
  const listed = withSegment("{ key: [PID-4.r1, PID-5.r1..3], instead: 'the visit tells it' }");
  const { plan, problems } = compilePlan(listed);
  expect(problems.filter((problem) => problem.file === 'PID-Patient')).toEqual([]);
  expect(plan.segments['PID-Patient']?.rules).toEqual([]);
});

const withSegment = (row: string): Sources => ({
  ...sources,
  segments: {
    ...sources.segments,
    'PID-Patient': readYaml(`segment: PID\nresource: Patient\nrows:\n  - ${row}\n`).value,
  },
});

test.each([
  ['an unknown key', '{ key: PID-5.r1, from: PID-5, too: name }', 'row', 'unknown key "too"'],
  ['an unknown element', '{ key: PID-5.r1, from: PID-5, to: nom }', 'target', 'Patient has no element "nom"'],
  [
    'a type that does not fit',
    '{ key: PID-5.r1, from: PID-5, to: gender, via: XPN-HumanName }',
    'type',
    'the target is code',
  ],
  ['an index into a single element', "{ key: PID-8.r1, from: PID-8, to: 'gender[2]' }", 'target', 'does not repeat'],
  ['an unknown datatype map', '{ key: PID-5.r1, from: PID-5, to: name, via: XXX-HumanName }', 'via', 'no datatype map'],
  ['a missing datatype map', '{ key: PID-5.r1, from: PID-5, to: name }', 'via', 'needs a datatype map'],
  ['an unknown code table', '{ key: PID-8.r1, from: PID-8, to: gender, table: HL7XXXX }', 'table', 'no code table'],
  [
    'a table whose codes are not bound',
    '{ key: PID-8.r1, from: PID-8, to: gender, table: HL70200-NameUse }',
    'binding',
    'administrative-gender',
  ],
  ['a literal that is not bound', '{ key: PID-8.r1, set: { gender: man }, from: PID-8 }', 'binding', '"man"'],
  ['a position of another home', '{ key: PID-5.r1, from: XPN.1, to: birthDate }', 'position', 'no position here'],
  [
    'a broken condition',
    "{ key: PID-7.r1, from: PID-7, to: birthDate, when: 'PID-7' }",
    'condition',
    'lacks a comparison',
  ],
  ['a row without a target', '{ key: PID-7.r1, from: PID-7 }', 'target', 'is missing'],
  ['an ignored field without a reason', '{ key: PID-1.x1, from: PID-1, ignore: true }', 'why', 'says why'],
  ['a listed row that also runs', '{ key: PID-4.r1, skip: old, to: name }', 'listed row', 'unknown key "to"'],
  ['a listed row with two words', '{ key: PID-4.r1, skip: a, instead: b }', 'listed row', 'not both'],
  ['a listed row without an official key', '{ key: PID-4, skip: old }', 'row-key', 'no key of an official row'],
  ['a carried row that is none', '{ key: PID-8.r1, from: PID-8, to: gender, carries: PID-9 }', 'carries', '"PID-9"'],
  ['a key without a number', '{ key: PID-7, from: PID-7, to: birthDate }', 'row-key', 'expected a place'],
  [
    'a wrong reference',
    '{ key: PID-7.r1, from: PID-7, to: managingOrganization, via: XCN-Practitioner }',
    'type',
    'Reference(Practitioner)',
  ],
])('%s is told with its place', (_, row, rule, text) => {
  const found = compilePlan(withSegment(row)).problems.filter((problem) => problem.file === 'PID-Patient');
  expect(found[0]).toMatchObject({ kind: 'segments', rule });
  expect(found[0]?.pointer.slice(0, 2)).toEqual(['rows', 0]);
  expect(found[0]?.text).toContain(text);
});

test('a row key that stands twice is told', () => {
  const row = '{ key: PID-7.r1, from: PID-7, to: birthDate }';
  const { problems } = compilePlan(withSegment(`${row}\n  - ${row}`));
  expect(problems.some(({ rule, text }) => rule === 'row-key' && text.includes('stands twice'))).toBe(true);
});

test('a message table names its unknown maps, groups and segments', () => {
  const text =
    'structure: ORU_R01\ntypes: [ORU^R01]\nneeds: [XXX]\npatientGroup: NOPE\ngrammar: "MSH [{G: PID}]"\n' +
    'resources:\n  - { key: a.r1, make: Patient, id: patient, each: H, from: [PID-Nothing], refs: { link: Patient } }\n';
  const messages = { ...sources.messages, ORU_R01: readYaml(text).value };
  const rules = compilePlan({ ...sources, messages }).problems.map(({ rule }) => rule);
  expect(rules).toEqual(['segment', 'group', 'group', 'segment map', 'type', 'unread']);
});

test.each([
  ['replaced by Patient', '"replaced by" is not one of merged into'],
  ['merged into Somebody', '"Somebody" is no Patient that a row above makes'],
  ['merged into Encounter', '"Encounter" is no Patient that a row above makes'],
])('a relation that cannot be is told: %s', (relates, text) => {
  const table =
    'structure: ADT_X\ntypes: [ADT^X01]\nneeds: [PID]\ngrammar: "MSH PID MRG PV1"\nresources:\n' +
    '  - { key: a.r1, make: Encounter, id: visit, from: [PV1-Encounter] }\n' +
    `  - { key: a.r2, make: Patient, id: prior-patient, from: [MRG-Patient], relates: ${relates} }\n`;
  const { problems } = compilePlan({ ...sources, messages: { ...sources.messages, ADT_X: readYaml(table).value } });
  expect(problems.find(({ rule }) => rule === 'relation')?.text).toContain(text);
});

test('a place in a YAML document has its line', () => {
  const document = readYaml('segment: PID\nrows:\n  - { key: a }\n  - key: b\n    to: name\n');
  expect(document.lineOf(['rows', 0, 'key'])).toBe(3);
  expect(document.lineOf(['rows', 1, 'to'])).toBe(5);
  expect(document.lineOf(['rows', 1, 'missing'])).toBe(4);
  expect(readYaml('a: 1\na: 2\n').faults[0]?.line).toBe(2);
});

test('a reference may name several resources, of which each must be of a type that it takes', () => {
  const resources = (subscriber: string): Sources => {
    const text =
      'structure: ADT_A01\ntypes: [ADT^A01]\nneeds: [PID]\ngrammar: "MSH PID IN1"\nresources:\n' +
      '  - { key: a.1, make: Patient, id: patient, from: [] }\n' +
      '  - { key: a.2, make: RelatedPerson, as: Insured, id: insured, from: [IN1-RelatedPerson] }\n' +
      `  - { key: a.3, make: Coverage, id: coverage, per: IN1, from: [IN1-Coverage], refs: { subscriber: ${subscriber}, 'payor[1]': Patient } }\n`;
    return { ...sources, messages: { ADT_A01: readYaml(text).value } };
  };
  const { plan, problems } = compilePlan(resources('[Insured, Patient]'));
  expect(problems.filter(({ file, rule }) => file === 'ADT_A01' && rule !== 'unread')).toEqual([]);
  const refs = plan.messages[0]?.makings[2]?.refs.map(({ slot, type }) => [slot, type]);
  expect(refs).toEqual([
    ['subscriber', 'Insured'],
    ['subscriber', 'Patient'],
    ['payor', 'Patient'],
  ]);
  const wrong = compilePlan(resources('[Insured, Practitioner]')).problems.map((problem) => problem.text);
  expect(wrong).toContain('Coverage.subscriber cannot name a Practitioner');
});
