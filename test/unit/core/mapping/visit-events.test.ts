import { expect, test } from 'vitest';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

type Mapped = Extract<Conversion, { state: 'mapped' }>;

const converter = createConverter(feedAt('test/fixtures/hl7v2/feed.yaml'), { sha256 });

function resources(trigger: string, visit: Readonly<Record<number, string>> = {}): Mapped['resources'] {
  const fields: Readonly<Record<number, string>> = { 2: 'I', 19: 'V1^^^NORTHGEN', ...visit };
  const pv1 = Array.from({ length: 45 }, (_, at) => (at === 0 ? '1' : (fields[at + 1] ?? ''))).join('|');
  const segments = [
    `MSH|^~\\&|A|NORTHGEN|||20260302090100-0600||ADT^${trigger}|1|P|2.5.1`,
    `EVN|${trigger}|20260302090000-0600`,
    'PID|1||12345^^^NORTH^MR',
    `PV1|${pv1}`,
  ];
  const conversion = converter.convertMessage(bytesOf(segments.join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources;
}

const slotsOf = (type: string, ...args: Parameters<typeof resources>) =>
  resources(...args).find((draft) => draft.type === type)?.slots;

test.each('A02 A05 A06 A07 A09 A10 A11 A12 A14 A16 A21 A22 A23 A25 A27 A38'.split(' '))(
  '4.1 %s is an event of the visit',
  (trigger) => {
    const time = '2026-03-02T09:00:00-06:00';
    const events = Object.entries(slotsOf('Encounter', trigger) ?? {}).filter(([slot]) => slot.startsWith('event#'));
    expect(events.map(([slot, { value }]) => [slot, value])).toEqual([
      [`event#${trigger}@${time}`, { event: trigger, time }],
    ]);
  },
);

test.each(['A28', 'A29', 'A31'])('4.1 %s states the person and no visit', (trigger) => {
  expect(resources(trigger).map((draft) => draft.type)).toEqual(['Patient']);
});

test('4.1 a visit that is planned states no beginning, and a discharge that is pending no end', () => {
  const times = { 44: '20260310', 45: '20260312' };
  for (const trigger of ['A05', 'A14', 'A11', 'A27', 'A38'])
    expect(slotsOf('Encounter', trigger, times)).not.toHaveProperty('period-start');
  for (const trigger of ['A16', 'A25']) expect(slotsOf('Encounter', trigger, times)).not.toHaveProperty('period-end');
  expect(slotsOf('Encounter', 'A01', times)).toMatchObject({ 'period-start': {}, 'period-end': {} });
});

test('4.2 a cancelled transfer left no place, and the one that it names is where the patient is', () => {
  const places = { 3: 'WEST^12^A', 6: 'EAST^3^B' };
  expect(slotsOf('Encounter', 'A02', places)).toMatchObject({ 'location#assigned': {}, 'location#prior': {} });
  expect(slotsOf('Encounter', 'A12', places)).toHaveProperty('location#assigned');
  expect(slotsOf('Encounter', 'A12', places)).not.toHaveProperty('location#prior');
});

test('4.3 A29 leaves the person inactive until an A28 adds it anew', () => {
  expect(slotsOf('Patient', 'A29')?.['active']?.value).toEqual({ active: false });
  expect(slotsOf('Patient', 'A28')?.['active']?.value).toEqual({ active: true });
  expect(slotsOf('Patient', 'A31')).not.toHaveProperty('active');
});
