import { expect, test } from 'vitest';
import { bytesOf, converterOf } from './fixtures.ts';

const converter = converterOf('test/fixtures/hl7v2/feed.yaml');
const PID = 'PID|1||0051234^^^NORTH^MR||Rivers^Nora||20190304|F';
const MET = '860975^metformin^RXNORM';

type Draft = {
  readonly type: string;
  readonly id: string;
  readonly slots: Readonly<Record<string, { value: unknown }>>;
};

function convert(type: string, ...lines: readonly string[]): readonly Draft[] {
  const header = `MSH|^~\\&|CLINIC|NORTHGEN|REGISTRY|STATE|20240611094500-0500||${type}|1|P|2.8.2`;
  const conversion = converter.convertMessage(bytesOf([header, PID, ...lines].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources as readonly Draft[];
}

const of = (drafts: readonly Draft[], type: string): readonly Draft[] => drafts.filter((draft) => draft.type === type);
const one = (drafts: readonly Draft[], type: string): Draft => {
  const found = of(drafts, type);
  expect(found).toHaveLength(1);
  return found[0] as Draft;
};
const stated = (draft: Draft, slot: string): unknown => draft.slots[slot]?.value;

const dose = (rest: string): string => `RXA|0|1|20240611||21^Varicella^CVX|${rest}`;
const vaccination = (order: string, rxa: string): Draft => one(convert('VXU^V04', order, rxa), 'Immunization');

test('3.6: a dummy order number is absent: it neither identifies a vaccination nor is one of its identifiers', () => {
  const dummy = vaccination('ORC|RE||9999^REG', dose('0.5|mL'));
  const without = vaccination('ORC|RE', dose('0.5|mL'));
  expect(dummy.id).toBe(without.id);
  expect(Object.keys(dummy.slots).filter((slot) => slot.startsWith('identifier'))).toEqual([]);
  expect(vaccination('ORC|RE||F1^REG', dose('0.5|mL')).id).not.toBe(dummy.id);
});

test('3.8: doses of one order are told apart by code and time, and not by their order in the message', () => {
  const first = 'RXA|0|1|20240611||21^Varicella^CVX|0.5|mL';
  const second = 'RXA|0|1|20240611||03^MMR^CVX|0.5|mL';
  const later = 'RXA|0|1|20240711||03^MMR^CVX|0.5|mL';
  const ids = (...doses: readonly string[]): readonly string[] =>
    of(convert('VXU^V04', ...doses.flatMap((rxa) => ['ORC|RE|P1^EHR', rxa])), 'Immunization').map(({ id }) => id);
  const forth = ids(first, second, later);
  expect(new Set(forth).size).toBe(3);
  expect(ids(later, first, second).toSorted()).toEqual(forth.toSorted());
});

test.each([
  ['CP', 'D', 'entered-in-error'],
  ['RE', 'A', 'not-done'],
  ['NA', 'U', 'not-done'],
  ['PA', 'A', 'completed'],
  ['', 'A', 'completed'],
])('6: RXA-20 %s and RXA-21 %s of one dose make it %s', (completion, action, status) => {
  const rxa = dose(`0.5|mL${'|'.repeat(13)}${completion}|${action}`);
  expect(stated(vaccination('ORC|RE|P1^EHR', rxa), 'status')).toEqual({ status });
});

test('1.2: a dose without completion and action states no status', () => {
  expect(stated(vaccination('ORC|RE|P1^EHR', dose('0.5|mL')), 'status')).toBeUndefined();
});

test('9: RXA-6 999 is no amount, and an amount in words is kept as words', () => {
  const unknown = vaccination('ORC|RE|P1^EHR', dose('999'));
  expect(JSON.stringify(stated(unknown, 'doseQuantity'))).not.toContain('999');
  const words = vaccination('ORC|RE|P1^EHR', dose('half a vial'));
  expect(stated(words, 'doseQuantity')).toBeUndefined();
  expect(stated(words, 'note#amount')).toEqual({ note: [{ text: 'half a vial' }] });
});

const order = (orc: string): Draft => one(convert('OMP^O09', orc, `RXO|${MET}`), 'MedicationRequest');

test.each(['CA', 'HD', 'XO', 'RL', 'CH'])('5.4: ORC-1 %s asks for something and states no status', (control) => {
  expect(stated(order(`ORC|${control}|P1^EHR`), 'status')).toBeUndefined();
});

test.each([
  ['CR', 'cancelled'],
  ['OC', 'cancelled'],
  ['DR', 'stopped'],
  ['OD', 'stopped'],
  ['DC', 'stopped'],
  ['OH', 'on-hold'],
])('5.4: ORC-1 %s makes the order %s', (control, status) => {
  expect(stated(order(`ORC|${control}|P1^EHR`), 'status')).toEqual({ status });
});

test('3.6: an order is the same by its placer number in OMP, RDE, RDS and RAS', () => {
  const orc = 'ORC|RE|P1^EHR|F1^PHARM';
  const rxe = `RXE||${MET}|1||tab`;
  const ids = [
    order(orc),
    one(convert('RDE^O11', orc, rxe), 'MedicationRequest'),
    one(convert('RDS^O13', orc, rxe, `RXD|1|${MET}|20240611|30|tab`), 'MedicationRequest'),
    one(convert('RAS^O17', orc, rxe, `RXA|0|1|20240611||${MET}|1|tab`, 'RXR|PO'), 'MedicationRequest'),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(1);
});

test('what was asked for stands beside what the pharmacy encoded, and has no state of its own', () => {
  const drafts = convert('RDE^O11', 'ORC|NW|P1^EHR', 'RXO|^Amoxil', `RXE||${MET}|1||tab`);
  const [encoded, requested] = of(drafts, 'MedicationRequest') as [Draft, Draft];
  expect(stated(encoded, `basedOn#${requested.id}`)).toEqual({
    basedOn: [{ reference: `MedicationRequest/${requested.id}` }],
  });
  expect(stated(encoded, 'status')).toEqual({ status: 'active' });
  expect(stated(requested, 'status')).toBeUndefined();
});

test('a drug is a code, or a Medication where more is told of it, and never both', () => {
  expect(stated(order('ORC|NW|P1^EHR'), 'medication')).toHaveProperty('medicationCodeableConcept');
  const drafts = convert('OMP^O09', 'ORC|NW|P1^EHR', `RXO|${MET}`, 'RXR|PO', 'RXC|A|8591^KCl^RXNORM|1|mL');
  const drug = one(drafts, 'Medication');
  expect(stated(one(drafts, 'MedicationRequest'), 'medication')).toEqual({
    medicationReference: { reference: `Medication/${drug.id}`, display: 'metformin' },
  });
});

test('no refills is a number', () => {
  const drafts = convert('OMP^O09', 'ORC|NW|P1^EHR', `RXO|${MET}${'|'.repeat(12)}0`);
  expect(stated(one(drafts, 'MedicationRequest'), 'dispenseRequest')).toEqual({
    dispenseRequest: { numberOfRepeatsAllowed: 0 },
  });
});

test('5.1: a message about the state of an order changes its state and does not thin it', () => {
  const drafts = converter.convertMessage(
    bytesOf(
      ['MSH|^~\\&|A|NORTHGEN|B|C|20240611094500-0500||OMP^O09|1|P|2.8.2', PID, 'ORC|SC|P1^EHR|||DC', `RXO|${MET}`].join(
        '\r',
      ),
    ),
  );
  const resources = drafts.state === 'mapped' ? drafts.resources : [];
  const found = resources.find(({ type }) => type === 'MedicationRequest');
  expect(found?.authority).toBe(1);
  expect(found?.slots['status']).toMatchObject({ value: { status: 'stopped' }, authority: 2 });
});

test('words of a dose and of its instruction are both kept', () => {
  const drafts = convert('OMP^O09', 'ORC|NW|P1^EHR', 'TQ1|1||BID||||||||At meals', `RXO|${MET}|1 or 2|||^tablets`);
  expect(stated(one(drafts, 'MedicationRequest'), 'dosageInstruction')).toMatchObject({
    dosageInstruction: [{ text: '1 or 2\nAt meals' }],
  });
});

test('of several routes of one order the first is stated, and each other is told', () => {
  const message = [
    'MSH|^~\\&|CLINIC|NORTHGEN|REGISTRY|STATE|20240611094500-0500||RDE^O11|1|P|2.8.2',
    ...[PID, 'ORC|NW|P1^EHR', `RXO|${MET}`, 'RXR|IV', `RXE||${MET}|1||mg`, 'TQ1|1||BID', 'RXR|PO', 'RXR|SL', 'RXR|IM'],
  ];
  const { issues } = converter.convertMessage(bytesOf(message.join('\r')));
  const dropped = issues.filter(({ code }) => code === 'value-dropped').map(({ path }) => path);
  // The first stands before RXE, and is the route that was requested.
  expect(dropped).toEqual(['RXR[3]', 'RXR[4]']);
});
