import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');
const pid = 'PID|1||12345^^^NORTH^MR';
const hemoglobin = '718-7^Hemoglobin^LN';

function convert(type: string, ...segments: readonly string[]) {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||${type}|1|P|2.5.1`;
  const text = [header, pid, ...segments].join('\r');
  const conversion = createConverter(feed, { sha256 }).convertMessage(bytesOf(text));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

type Converted = ReturnType<typeof convert>;

const of = (type: string, conversion: Converted) => conversion.resources.filter((draft) => draft.type === type);
const idsOf = (type: string, conversion: Converted): readonly string[] => of(type, conversion).map(({ id }) => id);
const order = (...segments: readonly string[]) => of('ServiceRequest', convert('OML^O21', ...segments))[0];
const statusAfter = (control: string, status = ''): unknown =>
  order(`ORC|${control}|P1|||${status}`)?.slots['status']?.value?.['status'];

test('2.1 5.1 an order message is authoritative for the order, a result fills it and knows its status', () => {
  const stated = order('ORC|NW|P1', `OBR|1|P1||${hemoglobin}`);
  const answered = of('ServiceRequest', convert('ORU^R01', 'ORC|RE|P1|F1||CM', `OBR|1|P1|F1|${hemoglobin}`))[0];
  expect(stated).toMatchObject({ authority: 2 });
  expect(answered).toMatchObject({ id: stated?.id, authority: 1, slots: { status: { authority: 2 } } });
  expect(answered?.slots['code']?.authority).toBeUndefined();
});

test('5.1 ORC-1 SC changes the status of an order and does not thin the rest', () => {
  const changed = order('ORC|SC|P1|||IP', 'OBR|1|P1||X^Short^L');
  expect(changed).toMatchObject({ authority: 1, slots: { status: { value: { status: 'active' }, authority: 2 } } });
});

test('5.4 a request to cancel or to hold revokes nothing; what was done does', () => {
  for (const control of ['CA', 'HD']) expect(statusAfter(control)).toBeUndefined();
  for (const control of ['CR', 'OC', 'DR', 'OD', 'DC']) expect(statusAfter(control)).toBe('revoked');
  expect(statusAfter('CA', 'CM')).toBe('completed');
});

test('5.4 an order control never touches a result', () => {
  const result = convert(
    'ORU^R01',
    'ORC|CR|P1|F1',
    `OBR|1|P1|F1|${hemoglobin}|||||||||||||||||||||F`,
    'OBX|1|NM|A^A^L||1',
  );
  expect(of('DiagnosticReport', result)[0]?.slots['status']?.value).toEqual({ status: 'final' });
  expect(of('Observation', result)[0]?.slots['status']).toBeUndefined();
});

test('3.6 an order is its placer number, else its filler number, whatever the service is called', () => {
  const id = order('ORC|NW|P1|F1', `OBR|1|||${hemoglobin}`)?.id;
  expect(order('ORC|CA|P1')?.id).toBe(id);
  expect(order('OBR|1|P1|F1|X^Other words^L')?.id).toBe(id);
  expect(order('ORC|NW||F1')?.id).not.toBe(id);
  expect(order('ORC|NW|000|F1')?.id).toBe(order('ORC|NW||F1')?.id);
  expect(order('ORC|NW||P1')?.id).not.toBe(id);
  expect(order('ORC|NW|P1^OTHER')?.id).not.toBe(id);
});

test('3.6 the placer and the filler number of an order are statements of it', () => {
  const slots = Object.keys(order('ORC|NW|P1|F1')?.slots ?? {});
  expect(slots).toEqual(expect.arrayContaining(['identifier#placer', 'identifier#filler']));
});

test('3.9 two services under one number are not merged, and that is reported', () => {
  const conversion = convert('OML^O21', 'ORC|NW|P1', `OBR|1|P1||${hemoglobin}`, 'ORC|NW|P1', 'OBR|2|P1||X^Other^L');
  expect(conversion.issues).toContainEqual({ code: 'id-collision', path: 'OBR[2]-4' });
  expect(of('ServiceRequest', conversion).map((draft) => JSON.stringify(draft.slots['code']?.value))).toEqual([
    expect.stringContaining('718-7'),
  ]);
});

test('several results that answer one order refer to it, and none of them is a collision', () => {
  const conversion = convert('ORU^R01', `OBR|1|P1|F1|${hemoglobin}`, 'OBR|2|P1|F2|X^Other^L');
  const [id] = idsOf('ServiceRequest', conversion);
  const references = of('DiagnosticReport', conversion).map((draft) => draft.slots['basedOn']?.value);
  expect(idsOf('ServiceRequest', conversion)).toHaveLength(1);
  expect(references).toEqual([1, 2].map(() => ({ basedOn: [{ reference: `ServiceRequest/${id}` }] })));
  expect(conversion.issues.map(({ code }) => code)).not.toContain('id-collision');
});

test('an order that nothing names is left out and reported', () => {
  const conversion = convert('ORM^O01', 'ORC|CA');
  expect(idsOf('ServiceRequest', conversion)).toEqual([]);
  expect(conversion.issues).toContainEqual({ code: 'order-without-key', path: 'ORC-2' });
});

test('a result of which nothing tells an order makes none', () => {
  expect(idsOf('ServiceRequest', convert('ORU^R01', `OBR|1||F1|${hemoglobin}`))).toEqual([]);
});

test('3.1 a specimen is its own number, never its set id', () => {
  const id = (spm: string) => idsOf('Specimen', convert('OML^O21', 'ORC|NW|P1', 'OBR|1|P1||A^A^L', spm))[0];
  expect(id('SPM|1|S1||BLD')).toBe(id('SPM|7|S1||BLD'));
  expect(id('SPM|1|S1||BLD')).not.toBe(id('SPM|1|S2||BLD'));
  expect(id('SPM|1|^S1||BLD')).not.toBe(id('SPM|1|S1||BLD'));
  expect(id('SPM|1|||BLD')).toBe(id('SPM|7|||BLD'));
  expect(id('SPM|1|||BLD')).not.toBe(id('SPM|1|||UR'));
});

test('a result refers to its specimen when there is one, and to none when there are two', () => {
  const result = (...more: readonly string[]) =>
    convert('ORU^R01', 'ORC|RE|P1|F1', `OBR|1|P1|F1|${hemoglobin}`, 'OBX|1|NM|A^A^L||1', ...more);
  const one = result('SPM|1|S1');
  const [specimen] = idsOf('Specimen', one);
  const reference = { specimen: { reference: `Specimen/${specimen}` } };
  expect(of('Observation', one)[0]?.slots['specimen']?.value).toEqual(reference);
  expect(of('Observation', result('SPM|1|S1', 'SPM|2|S2'))[0]?.slots['specimen']).toBeUndefined();
});

test('with an SPM in its group OBR-15 makes no second specimen', () => {
  const requested = `OBR|1|P1|F1|${hemoglobin}|||||||||||BLD`;
  expect(idsOf('Specimen', convert('ORU^R01', 'ORC|RE|P1', requested))).toHaveLength(1);
  expect(idsOf('Specimen', convert('ORU^R01', 'ORC|RE|P1', requested, 'SPM|1|S1'))).toHaveLength(1);
});

test('a prior result is not the result of the current order, nor its patient', () => {
  const conversion = convert(
    'OML^O21',
    ...['ORC|NW|P1', `OBR|1|P1||${hemoglobin}`],
    ...['PID|1||777^^^NORTH^MR', 'ORC|PR|P0|F0', 'OBR|1|P0|F0|X^Old^L', 'OBX|1|NM|A^A^L||1'],
    ...['ORC|NW|P2', 'OBR|2|P2||Y^Next^L'],
  );
  expect(idsOf('ServiceRequest', conversion)).toEqual([order('ORC|NW|P1')?.id, order('ORC|NW|P2')?.id]);
  expect(idsOf('Patient', conversion)).toHaveLength(1);
  expect(idsOf('Observation', conversion)).toEqual([]);
});

test('an order of a medicine is no service request', () => {
  const conversion = convert('ORM^O01', 'ORC|NW|P1', 'RXO|1191^Aspirin^RXNORM|81||mg');
  expect(idsOf('ServiceRequest', conversion)).toEqual([]);
});

test('TQ.3 D10 is ten days; INDEF is no duration and is reported', () => {
  const timing = (text: string) => convert('ORM^O01', `ORC|NW|P1|||||^^${text}`);
  const bounds = { value: 10, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' };
  expect(of('ServiceRequest', timing('D10'))[0]?.slots['occurrence']?.value).toEqual({
    occurrenceTiming: { repeat: { boundsDuration: bounds } },
  });
  expect(timing('INDEF').issues.map(({ code }) => code)).toContain('value-unreadable');
});

test('RI.2 holds several times with commas between them', () => {
  const [made] = of('ServiceRequest', convert('ORM^O01', 'ORC|NW|P1|||||^BID&0800,2000'));
  expect(made?.slots['occurrence']?.value).toMatchObject({
    occurrenceTiming: { repeat: { timeOfDay: ['08:00:00', '20:00:00'] } },
  });
});
