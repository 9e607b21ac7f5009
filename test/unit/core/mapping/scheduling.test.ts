import { expect, test } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { render } from '../../../../core/merge/render.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

type Draft = Extract<Conversion, { state: 'mapped' }>['resources'][number];

const converter = createConverter(feedAt('test/fixtures/hl7v2/feed.yaml'), { sha256 });

function madeOf(type: string, ...segments: readonly string[]): readonly Draft[] {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260302090100-0600||${type}|1|P|2.5.1`;
  const conversion = converter.convertMessage(bytesOf([header, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources;
}

const PID = 'PID|1||12345^^^NORTH^MR';
const find = (drafts: readonly Draft[], type: string): Draft => drafts.find((draft) => draft.type === type) as Draft;
const appointment = (trigger: string, sch: string, ...more: readonly string[]): Draft =>
  find(madeOf(`SIU^${trigger}`, `SCH|${sch}`, PID, ...more), 'Appointment');

const rendered = (draft: Draft, ...later: readonly Draft[]): Readonly<Record<string, unknown>> => {
  const slots = Object.assign({}, draft.slots, ...later.map((other) => other.slots)) as Draft['slots'];
  return render(draft.type, draft.id, slots);
};

test('3.8 an appointment is known by the number of its filler, else by that of its placer', () => {
  const both = appointment('S12', '7|8');
  expect(appointment('S13', '|8').id).toBe(both.id);
  expect(appointment('S13', '9|8').id).toBe(both.id);
  expect(appointment('S12', '8').id).not.toBe(both.id);
});

test('3.6 the order of an appointment is known by the number of its placer, else by that of its filler', () => {
  const order = (sch26: string, sch27: string): string =>
    find(madeOf('SIU^S12', `SCH||8${'|'.repeat(24)}${sch26}|${sch27}`, PID), 'ServiceRequest').id;
  expect(order('O1', 'F1')).toBe(order('O1', 'F2'));
  expect(order('', 'F1')).toBe(order('', 'F1'));
  expect(order('', 'O1')).not.toBe(order('O1', ''));
});

test.each([
  ['S12', '', 'booked'],
  ['S12', 'Waitlist', 'waitlist'],
  ['S14', '', 'proposed'],
  ['S15', 'Booked', 'cancelled'],
  ['S16', '', 'proposed'],
  ['S17', 'Booked', 'entered-in-error'],
  ['S26', 'Booked', 'noshow'],
])('the status after %s with SCH-25 "%s" is %s', (trigger, code, status) => {
  const whole = rendered(appointment(trigger, `|8${'|'.repeat(23)}${code}`));
  expect(whole['status']).toBe(status);
  expect(checkResource(whole)).toEqual([]);
});

test('1.2 an appointment of which nothing says the status is booked only when it has a time', () => {
  expect(appointment('S14', '|8').slots).not.toHaveProperty('status');
  const timed = appointment('S14', '|8', 'AIS|1||99213|20260310090000');
  expect(rendered(timed)).toMatchObject({ status: 'booked', start: '2026-03-10T09:00:00-05:00' });
  expect(checkResource(rendered(timed))).toEqual([]);
});

test('1.3 a moved appointment keeps nothing of the time it had', () => {
  const booked = appointment('S12', '|8|||||||30|min', 'AIS|1||99213|20260310090000');
  const moved = appointment('S13', '|8', 'AIS|1||99213|20260311090000');
  const whole = rendered(booked, moved);
  expect(whole['start']).toBe('2026-03-11T09:00:00-05:00');
  expect(whole).not.toHaveProperty('end');
  expect(whole).not.toHaveProperty('minutesDuration');
});

test('app-4 the reason of a cancellation goes when the appointment stands again', () => {
  const cancelled = appointment('S15', '|8||||WEATHER');
  expect(rendered(cancelled)).toHaveProperty('cancelationReason');
  expect(rendered(cancelled, appointment('S13', '|8'))).not.toHaveProperty('cancelationReason');
});

test.each([
  ['90', 's', 'value-dropped', undefined],
  ['120', '', undefined, 2],
  ['2', 'h', undefined, 120],
  ['1', 'mo', 'value-dropped', undefined],
])('a length of %s %s is stated only as whole minutes', (number, unit, issue, minutes) => {
  const header = 'MSH|^~\\&|A|NORTHGEN|||20260302090100-0600||SIU^S14|1|P|2.5.1';
  const conversion = converter.convertMessage(bytesOf([header, `SCH||8|||||||${number}|${unit}|R`].join('\r')));
  expect(conversion.issues.map(({ code }) => code)).toEqual(issue === undefined ? [] : [issue]);
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  expect(rendered(find(conversion.resources, 'Appointment'))['minutesDuration']).toBe(minutes);
});

test('an end is told by start and length across the change of the clocks', () => {
  const whole = rendered(appointment('S12', '|8|||||||90|min', 'AIS|1||99213|202603080100-0600'));
  expect(whole).toMatchObject({ start: '2026-03-08T01:00:00-06:00', end: '2026-03-08T02:30:00-06:00' });
});

test('what is set beside a repetition stands at the element of that repetition', () => {
  const [first, second] = rendered(appointment('S12', '|8||||||||||1^Reed~2^Vance'))['participant'] as object[];
  expect([first, second]).toMatchObject([
    { actor: { reference: expect.stringContaining('Patient/') } },
    { actor: { display: 'Reed' }, type: [{ text: 'placer contact' }] },
  ]);
  const visit = find(madeOf('ADT^A01', PID, 'PV1|1|I|||||1^Reed~2^Vance||||||||||||V1^^^NORTH'), 'Encounter');
  const types = (rendered(visit)['participant'] as { type: unknown[] }[]).map(({ type }) => type.length);
  expect(types).toEqual([1, 1]);
});

const txa = (trigger: string, number: string, parent = ''): readonly Draft[] =>
  madeOf(`MDM^${trigger}`, PID, 'PV1|1|O', `TXA|1|CN|TX|20260302090000||||||||${number}|${parent}||||AU||AV`);

test('5.5 a document relates to its parent, and replaces it, whether the parent was seen or not', () => {
  const parent = find(txa('T01', 'D1'), 'DocumentReference');
  const [said, replacing] = txa('T09', 'D2', 'D1').filter(({ type }) => type === 'DocumentReference') as [Draft, Draft];
  expect(said.id).toBe(parent.id);
  expect(rendered(parent, said)['status']).toBe('superseded');
  expect(rendered(replacing)['relatesTo']).toEqual([
    { code: 'replaces', target: { reference: `DocumentReference/${parent.id}` } },
  ]);
  const added = txa('T05', 'D3', 'D1').filter(({ type }) => type === 'DocumentReference') as [Draft, Draft];
  expect(rendered(added[1])['relatesTo']).toEqual([
    { code: 'appends', target: { reference: `DocumentReference/${parent.id}` } },
  ]);
  expect(rendered(parent, added[0])['status']).toBe('current');
});

test('5.5 a cancelled document is entered in error, also if another had replaced it', () => {
  const replaced = txa('T09', 'D2', 'D1')[1] as Draft;
  expect(rendered(replaced, find(txa('T11', 'D1'), 'DocumentReference'))['status']).toBe('entered-in-error');
});

test('5.1 T03 changes the status of a document alone', () => {
  const slots = Object.keys(find(txa('T03', 'D1'), 'DocumentReference').slots).toSorted();
  expect(slots).toEqual(['docStatus', 'masterIdentifier', 'status', 'subject']);
});

test('3.8 a problem is known by PRB-4, and a deleted one keeps no course', () => {
  const problem = (trigger: string, fields: string): Draft =>
    find(madeOf(`PPR^${trigger}`, PID, `PRB|${fields}`), 'Condition');
  const added = problem('PC1', 'AD||38341003^Hypertension^SCT|7||||||||||active');
  const deleted = problem('PC3', 'DE||I10^Hypertension^I10|7');
  expect(deleted.id).toBe(added.id);
  expect(rendered(added)).toHaveProperty('clinicalStatus');
  expect(rendered(added, deleted)).not.toHaveProperty('clinicalStatus');
  expect(checkResource(rendered(added, deleted))).toEqual([]);
});
