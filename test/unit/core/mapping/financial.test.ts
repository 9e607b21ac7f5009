import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { render } from '../../../../core/merge/render.ts';
import { bytesOf, converterOf, fixturesOf, root } from './fixtures.ts';
import { faultsOf } from './rendered.ts';

const converter = converterOf('test/fixtures/hl7v2/feed.yaml');
const folder = 'test/fixtures/hl7v2';

function mapped(segments: readonly string[], type = 'ADT^A01') {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||${type}|1|P|2.8`;
  const conversion = converter.convertMessage(bytesOf([header, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

type Mapped = ReturnType<typeof mapped>;
const idsOf = (conversion: Mapped, type: string): readonly string[] =>
  conversion.resources.filter((draft) => draft.type === type).map((draft) => draft.id);
const rendered = (conversion: Mapped, type: string) =>
  conversion.resources
    .filter((draft) => draft.type === type)
    .map((draft): Readonly<Record<string, unknown>> => ({ ...render(draft.type, draft.id, draft.slots) }));

const pid = 'PID|1||12345^^^NORTH^MR|||||||||||||||A77^^^NORTH^AN';
const visit = 'PV1|1|I|||||||||||||||||V1^^^NORTH';
const field = (name: string, fields: Readonly<Record<number, string>>): string => {
  const last = Math.max(...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, at) => fields[at + 1] ?? '')].join('|');
};
const plan = { 2: 'GOLD', 3: 'INS1^^^NORTH', 36: 'POL-1' };
const in1 = (fields: Readonly<Record<number, string>>): string => field('IN1', fields);

const fixtures = fixturesOf(folder, '.hl7').filter((file) =>
  /^(?:dft|bar)-|coverage|account|financial|episode|insurance/.test(file),
);

test.each(fixtures)('%s renders to what R4 allows', (file) => {
  expect(faultsOf(converter.convertMessage(readFileSync(join(root, folder, file))))).toEqual([]);
});

test('there are fixtures of money to check', () => {
  expect(fixtures.length).toBeGreaterThan(10);
});

describe('3.8 what a coverage, an account, a procedure and a charge are told apart by', () => {
  test('a coverage is IN1-2, 3 and 36 with the patient, whatever its place in the list', () => {
    const [id] = idsOf(mapped([pid, in1({ 1: '1', ...plan })]), 'Coverage');
    expect(idsOf(mapped([pid, in1({ 1: '1', 2: 'X' }), in1({ 1: '2', ...plan, 4: 'Alpha' })]), 'Coverage')[1]).toBe(id);
    expect(idsOf(mapped([pid.replace('12345', '99'), in1(plan)]), 'Coverage')).not.toEqual([id]);
    for (const other of [{ 2: 'OTHER' }, { 3: 'INS2^^^NORTH' }, { 36: 'POL-2' }]) {
      expect(idsOf(mapped([pid, in1({ ...plan, ...other })]), 'Coverage')).not.toEqual([id]);
    }
  });

  test('an insurer is an Organization only by a number with its authority', () => {
    expect(idsOf(mapped([pid, in1(plan)]), 'Organization')).toHaveLength(1);
    const shown = mapped([pid, in1({ ...plan, 3: 'INS1', 4: 'Alpha' })]);
    expect(idsOf(shown, 'Organization')).toEqual([]);
    expect(rendered(shown, 'Coverage')[0]?.['payor']).toEqual([
      { identifier: { system: 'urn:example:facility', value: 'INS1' }, display: 'Alpha' },
    ]);
  });

  test('a payor that nobody named is a reference to nothing, said so', () => {
    expect(rendered(mapped([pid, in1({ 2: 'GOLD' })]), 'Coverage')[0]?.['payor']).toEqual([
      { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] },
    ]);
  });

  test('an account is its number, in whichever message and for whomever', () => {
    const admitted = idsOf(mapped([pid, visit]), 'Account');
    expect(admitted).toHaveLength(1);
    expect(idsOf(mapped([pid, visit, 'OBR|1||F1|X^X^L'], 'ORU^R01'), 'Account')).toEqual(admitted);
    expect(idsOf(mapped([pid.replace('12345', '99'), visit], 'ADT^A08'), 'Account')).toEqual(admitted);
  });

  test('a procedure is PR1-19, else the visit with code and time', () => {
    const own = idsOf(
      mapped([pid, visit, field('PR1', { 3: 'A^A^L', 5: '20260301', 19: 'P1^NORTHGEN' })]),
      'Procedure',
    );
    expect(idsOf(mapped([pid, field('PR1', { 3: 'B^B^L', 5: '20260302', 19: 'P1^NORTHGEN' })]), 'Procedure')).toEqual(
      own,
    );
    const timed = (time: string, ...around: readonly string[]) =>
      idsOf(mapped([pid, ...around, field('PR1', { 1: time, 3: 'A^A^L', 5: time })]), 'Procedure')[0];
    expect(timed('20260301', visit)).not.toBe(timed('20260302', visit));
    expect(timed('20260301', visit)).not.toBe(timed('20260301'));
  });

  test('a charge is its transaction with the patient, else what was charged and when', () => {
    const charge = (fields: Readonly<Record<number, string>>) =>
      idsOf(mapped([pid, field('FT1', { 6: 'CG', ...fields })], 'DFT^P03'), 'ChargeItem');
    expect(charge({ 2: 'T1', 4: '20260301', 7: 'A^A^L' })).toEqual(
      charge({ 1: '9', 2: 'T1', 4: '20260302', 7: 'A^A^L' }),
    );
    expect(charge({ 4: '20260301', 7: 'A^A^L' })).not.toEqual(charge({ 4: '20260302', 7: 'A^A^L' }));
    expect(charge({ 4: '20260301' })).toEqual([]);
  });
});

test('2.1 an ADT is authoritative for coverage, a charge only fills', () => {
  const authority = (type: string, ...more: readonly string[]) =>
    mapped([pid, ...more], type).resources.find((draft) => draft.type === 'Coverage')?.authority;
  expect(authority('ADT^A01', in1(plan))).toBe(2);
  expect(authority('DFT^P03', field('FT1', { 2: 'T1', 6: 'CG' }), in1(plan))).toBe(1);
});

test('4.3 a purged account is inactive, and its patient and visit are left alone', () => {
  const purged = mapped(['EVN|P02|20260301', pid, visit], 'BAR^P02');
  expect(rendered(purged, 'Account')[0]?.['status']).toBe('inactive');
  expect(idsOf(purged, 'Encounter')).toEqual([]);
  expect(rendered(mapped([pid]), 'Account')[0]?.['status']).toBe('unknown');
});

test('1.2 a payment is no charge', () => {
  const types = ['CG', 'PY', 'CD', 'AJ', 'CO', ''].map(
    (type) => idsOf(mapped([pid, field('FT1', { 2: 'T1', 6: type, 7: 'A^A^L' })], 'DFT^P03'), 'ChargeItem').length,
  );
  expect(types).toEqual([1, 0, 0, 0, 0, 0]);
});

describe('who is insured', () => {
  const subscribed = (relationship: string) => mapped([pid, in1({ ...plan, 16: 'Ames^Tom', 17: relationship })]);

  test('the patient, where IN1-17 says self', () => {
    const self = subscribed('SEL');
    expect(rendered(self, 'Coverage')[0]?.['subscriber']).toEqual({
      reference: `Patient/${idsOf(self, 'Patient')[0]}`,
    });
    expect(idsOf(self, 'RelatedPerson')).toEqual([]);
  });

  test('a person related to the patient otherwise; a father does not make the patient a father', () => {
    const father = subscribed('FTH');
    const [person] = rendered(father, 'RelatedPerson');
    const [coverage] = rendered(father, 'Coverage');
    expect(coverage?.['subscriber']).toEqual({ reference: `RelatedPerson/${String(person?.['id'])}` });
    expect(coverage?.['relationship']).toBeUndefined();
    expect(JSON.stringify(person?.['relationship'])).toContain('"FTH"');
    expect(JSON.stringify(rendered(subscribed('SPO'), 'Coverage')[0]?.['relationship'])).toContain('"SPS"');
  });
});

test('a resource that a message tells twice has each list once', () => {
  const twice = mapped([
    pid,
    in1({ ...plan, 4: 'Alpha', 7: '^^PH^^^555^1' }),
    in1({ ...plan, 36: 'POL-2', 4: 'Alpha', 7: '^^PH^^^555^1' }),
  ]);
  const [insurer] = rendered(twice, 'Organization');
  expect(insurer?.['identifier']).toHaveLength(1);
  expect(insurer?.['telecom']).toHaveLength(1);
});

describe('times and codes of a procedure', () => {
  const procedure = (fields: Readonly<Record<number, string>>) =>
    rendered(mapped([pid, field('PR1', fields)]), 'Procedure')[0];

  test('minutes are added on the clock of the start, across midnight and a change of the clock', () => {
    expect(procedure({ 3: 'A', 5: '202602282330-0600', 7: '45' })?.['performedPeriod']).toEqual({
      start: '2026-02-28T23:30:00-06:00',
      end: '2026-03-01T00:15:00-06:00',
    });
    expect(procedure({ 3: 'A', 5: '202603080130', 7: '60' })?.['performedPeriod']).toEqual({
      start: '2026-03-08T01:30:00-06:00',
      end: '2026-03-08T02:30:00-06:00',
    });
  });

  test('minutes that are none are told and leave the start', () => {
    const odd = mapped([pid, field('PR1', { 3: 'A', 5: '202602282330-0600', 7: 'long' })]);
    expect(rendered(odd, 'Procedure')[0]?.['performedPeriod']).toEqual({ start: '2026-02-28T23:30:00-06:00' });
    expect(odd.issues.map((issue) => [issue.code, issue.path])).toContainEqual(['value-unreadable', 'PR1[1]-7']);
  });

  test('modifiers make a code of CPT beside the plain one, and of nothing else', () => {
    const codes = (code: string, modifiers: string) => JSON.stringify(procedure({ 3: code, 16: modifiers })?.['code']);
    expect(codes('44970^^C4', '59~LT')).toContain('"44970:59:LT"');
    expect(codes('44970^^C4', '59~')).toContain('"44970:59"');
    expect(codes('44970^^L', '59')).not.toContain(':59');
    expect(codes('44970^^C4', '59~LEFT')).not.toContain(':59');
  });
});
