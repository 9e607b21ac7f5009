import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { TracedConversion } from '../../../../core/mapping/convert-message.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');

interface Parts {
  readonly type?: string;
  readonly time?: string;
  readonly processing?: string;
  readonly control?: string;
  readonly sequence?: string;
}

function convert(segments: readonly string[], parts: Parts = {}, over: Partial<CompiledFeed> = {}): TracedConversion {
  const { type = 'ADT^A01', time = '20260301083000-0600', processing = 'P', control = '1', sequence = '' } = parts;
  const header = `MSH|^~\\&|A|NORTHGEN|||${time}||${type}|${control}|${processing}|2.5.1|${sequence}`;
  return createConverter({ ...feed, ...over }, { sha256 }).convertMessage(bytesOf([header, ...segments].join('\r')));
}

function mapped(...args: Parameters<typeof convert>) {
  const conversion = convert(...args);
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

const pid = (fields = '||||'): string => `PID|1||12345^^^NORTH^MR${fields}`;
const visit = 'PV1|1|I|||||||||||||||||V1^^^NORTHGEN';
const idsOf = (conversion: ReturnType<typeof mapped>, type: string): readonly string[] =>
  conversion.resources.filter((draft) => draft.type === type).map((draft) => draft.id);

test('1.2 what nobody stated is no statement: an OBX without a status has no status', () => {
  const result = mapped([pid(), 'OBR|1||F1|X^X^L', 'OBX|1|NM|718-7^Hb^LN||13'], { type: 'ORU^R01' });
  const observation = result.resources.find((draft) => draft.type === 'Observation');
  expect(Object.keys(observation?.slots ?? {}).toSorted()).toEqual(['code', 'subject', 'value']);
});

test('1.3 a field that is empty states nothing, one that is "" clears', () => {
  const [patient] = mapped([pid('||Ames|||""')]).resources;
  expect(patient?.slots['gender']).toEqual({ value: null, from: 'PID-8' });
  expect(patient?.slots['birthDate']).toBeUndefined();
});

test('2.1 an ADT is authoritative for patient and visit, a result only fills', () => {
  const authorities = (type: string, ...more: readonly string[]) =>
    mapped([pid(), visit, ...more], { type })
      .resources.slice(0, 2)
      .map((draft) => draft.authority);
  expect(authorities('ADT^A08')).toEqual([2, 2]);
  expect(authorities('ORU^R01', 'OBR|1||F1|X^X^L')).toEqual([1, 1]);
});

test('2.3 a coarser time is the start of its period in the zone of the feed', () => {
  expect(mapped([pid()], { time: '20260301' }).time).toEqual({
    epochMs: Date.UTC(2026, 2, 1, 6),
    precision: 3,
    sequence: 0,
  });
});

test('2.4 MSH-13 breaks ties; MSH-10 only where the feed calls it ordered', () => {
  expect(mapped([pid()], { sequence: '7', control: '9' }).time.sequence).toBe(7);
  expect(mapped([pid()], { control: '9' }).time.sequence).toBe(0);
  expect(mapped([pid()], { control: '9' }, { orderedControlIds: true }).time.sequence).toBe(9);
});

test('3.1 no id depends on a set id or on the order of segments', () => {
  const one = ['OBX|1|NM|718-7^Hb^LN||13', 'OBX|2|NM|2345-7^Glc^LN||5'];
  const other = ['OBX|8|NM|2345-7^Glc^LN||5', 'OBX|9|NM|718-7^Hb^LN||13'];
  const ids = [one, other].map((lines) =>
    idsOf(mapped([pid(), 'OBR|1||F1|X^X^L', ...lines], { type: 'ORU^R01' }), 'Observation').toSorted(),
  );
  expect(ids[0]).toEqual(ids[1]);
});

test('3.2 an unknown authority is reported, and its number is kept under a URN', () => {
  const conversion = mapped(['PID|1||12345^^^NORTH^MR~9^^^ELSEWHERE^XX']);
  expect(conversion.issues).toContainEqual({ code: 'namespace-unknown', path: 'PID-3.4' });
  expect(JSON.stringify(conversion.resources[0])).toContain('urn:tributary:namespace:x-');
});

test('3.3 a dummy is no identifier, and without one the message is dead', () => {
  expect(convert(['PID|1||000000^^^NORTH^MR~unknown^^^NORTH^MR'])).toMatchObject({
    state: 'dead',
    reason: 'no-patient-id',
  });
});

test('3.5 without a visit number there is no encounter, and that is reported', () => {
  const conversion = mapped([pid(), 'PV1|1|O']);
  expect(idsOf(conversion, 'Encounter')).toEqual([]);
  expect(conversion.issues).toContainEqual({ code: 'encounter-without-key', path: 'PV1-19' });
});

test('3.5 a number that is unique only with its patient makes another visit for another patient', () => {
  const over = { visit: { keys: ['PV1-19'], scope: 'patient' } } as const;
  const others = 'PID|1||777^^^NORTH^MR';
  expect(idsOf(mapped([pid(), visit], {}, over), 'Encounter')).not.toEqual(
    idsOf(mapped([others, visit], {}, over), 'Encounter'),
  );
  expect(idsOf(mapped([pid(), visit]), 'Encounter')).toEqual(idsOf(mapped([others, visit]), 'Encounter'));
});

test('3.6 a report is its filler number with its assigner and what was ordered', () => {
  const id = (obr: string) => idsOf(mapped([pid(), obr], { type: 'ORU^R01' }), 'DiagnosticReport')[0];
  expect(id('OBR|1||F1|A^A^L')).toBe(id('OBR|2|P1|F1|A^Other words^L'));
  expect(id('OBR|1||F1|A^A^L')).not.toBe(id('OBR|1||F1|B^B^L'));
  expect(id('OBR|1||F1|A^A^L')).not.toBe(id('OBR|1||F1^LAB2|A^A^L'));
});

test('3.7 OBX-21 names an observation before its code does', () => {
  const id = (obx: string) => idsOf(mapped([pid(), 'OBR|1||F1|X^X^L', obx], { type: 'ORU^R01' }), 'Observation')[0];
  const tail = '|||||||||||||||||';
  expect(id(`OBX|1|NM|A^A^L||1${tail.slice(1)}U1`)).toBe(id(`OBX|1|NM|B^B^L||2${tail.slice(1)}U1`));
});

test('3.9 two values of one code in two groups of one report are two observations', () => {
  const group = (value: number) => ['OBR|1||F1|X^X^L', `OBX|1|NM|A^A^L||${value}`];
  const conversion = mapped([pid(), ...group(1), ...group(2)], { type: 'ORU^R01' });
  const values = conversion.resources.flatMap((draft) => draft.slots['value']?.value ?? []);
  expect(values).toEqual([{ valueQuantity: { value: 1 } }, { valueQuantity: { value: 2 } }]);
  expect(idsOf(conversion, 'DiagnosticReport').length).toBe(1);
});

test('4.1 admission, discharge and its cancelling are events of the visit; A08 is none', () => {
  const events = (trigger: string) =>
    Object.entries(
      mapped([`EVN|${trigger}|20260301070000-0600`, pid(), visit], { type: `ADT^${trigger}` }).resources[1]?.slots ??
        {},
    )
      .filter(([slot]) => slot.startsWith('event#'))
      .map(([slot, { value }]) => [slot, value]);
  for (const trigger of ['A01', 'A03', 'A04', 'A13']) {
    const time = '2026-03-01T07:00:00-06:00';
    expect(events(trigger)).toEqual([[`event#${trigger}@${time}`, { event: trigger, time }]]);
  }
  expect(events('A08')).toEqual([]);
});

test('8.1 a feed that takes test messages labels what they make', () => {
  expect(convert([pid()], { processing: 'T' })).toMatchObject({ state: 'filtered', reason: 'not-production' });
  const taken = mapped([pid()], { processing: 'T' }, { processingIds: ['P', 'T'] });
  expect(JSON.stringify(taken.resources[0]?.slots['meta#test'])).toContain('HTEST');
});

test('8.1 a message type that the feed does not list is filtered', () => {
  expect(convert([pid()], {}, { messageTypes: ['ORU^R01'] })).toMatchObject({
    state: 'filtered',
    reason: 'feed-filter',
  });
});

test('9 a birth time of zeros is no time, and no date is shifted by its zone', () => {
  const born = (text: string) => mapped([pid(`||||${text}`)]).resources[0]?.slots['birthDate']?.value;
  expect(born('19700101000000+1400')).toEqual({ birthDate: '1970-01-01' });
  expect(born('197001010330+1400')).toMatchObject({ birthDate: '1970-01-01' });
});

test('notes go nowhere when the feed wants none', () => {
  const message = [pid(), 'OBR|1||F1|X^X^L', 'OBX|1|TX|R^R^L||All is well.', 'NTE|1||Indeed.'];
  expect(mapped(message, { type: 'ORU^R01' }).notes.map(({ from }) => from)).toEqual(['NTE[1]-3', 'OBX[1]-5']);
  expect(mapped(message, { type: 'ORU^R01' }, { notes: { mode: 'off', budgetCharacters: 0 } }).notes).toEqual([]);
});
