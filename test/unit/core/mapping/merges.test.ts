import { expect, test } from 'vitest';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { render } from '../../../../core/merge/render.ts';
import type { ResourceDraft } from '../../../../core/merge/statement.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');

function convert(event: string, segments: readonly string[], over: Partial<CompiledFeed> = {}): Conversion {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||ADT^${event}|1|P|2.5.1`;
  const text = [header, `EVN|${event}|20260301082500-0600||||20260301080000-0600`, ...segments].join('\r');
  return createConverter({ ...feed, ...over }, { sha256 }).convertMessage(bytesOf(text));
}

function mapped(...args: Parameters<typeof convert>): readonly ResourceDraft[] {
  const conversion = convert(...args);
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources;
}

const pid = (number: string, rest = '||Ames^Clara'): string => `PID|1||${number}^^^NORTH^MR${rest}`;
const mrg = (number: string, account = '', visit = ''): string =>
  `MRG|${number === '' ? '' : `${number}^^^NORTH^MR`}||${account}||${visit}`;
const pv1 = (number: string): string => `PV1|1|I|||||||||||||||||${number}^^^NORTHGEN`;
/** The id that a patient of this number has in any message. */
const patientOf = (number: string): string => mapped('A08', [pid(number)])[0]?.id ?? '';
const visitOf = (number: string): string => mapped('A01', [pid('1'), pv1(number)])[1]?.id ?? '';
const draftOf = (drafts: readonly ResourceDraft[], id: string): ResourceDraft => {
  const found = drafts.find((draft) => draft.id === id);
  if (found === undefined) throw new Error('no such resource');
  return found;
};
const shown = (draft: ResourceDraft) => render(draft.type, draft.id, draft.slots);

const [SURVIVOR, RETIRED] = [patientOf('12345'), patientOf('99001')];

test.each(['A18', 'A30', 'A34', 'A36', 'A39', 'A40'])(
  '7.1 %s links the survivor and the retired, under the numbers that are stated',
  (event) => {
    const drafts = mapped(event, [
      `${pid('12345')}|||||||||||||C1^^^NORTHGEN`,
      mrg('99001', event === 'A36' ? 'C9^^^NORTHGEN' : ''),
    ]);
    const patients = drafts.filter(({ type }) => type === 'Patient');
    expect(patients.map(({ id }) => id)).toEqual([SURVIVOR, RETIRED]);
    const [survivor, retired] = patients.map(shown);
    expect(survivor).toMatchObject({ link: [{ other: { reference: `Patient/${RETIRED}` }, type: 'replaces' }] });
    expect(survivor).not.toHaveProperty('active');
    expect(retired).toMatchObject({
      active: false,
      identifier: [{ value: '99001' }],
      link: [{ other: { reference: `Patient/${SURVIVOR}` }, type: 'replaced-by' }],
    });
    expect(retired).not.toHaveProperty('name');
  },
);

test('7.1 the alias is timed by the event, and no part of the resource', () => {
  const retired = draftOf(mapped('A40', [pid('12345'), mrg('99001')]), RETIRED);
  expect(retired.slots[`alias#${SURVIVOR}`]?.value).toEqual({
    ...{ alias: `Patient/${SURVIVOR}`, event: 'A40', time: '2026-03-01T08:00:00-06:00' },
  });
  expect(shown(retired)).not.toHaveProperty('alias');
});

test('7.1 the other way round, a merge takes back that the survivor was retired', () => {
  const [there, back] = [
    draftOf(mapped('A40', [pid('12345'), mrg('99001')]), RETIRED),
    draftOf(mapped('A40', [pid('99001'), mrg('12345')]), RETIRED),
  ];
  const slots = { ...there.slots, ...back.slots };
  expect(slots[`alias#${SURVIVOR}`]).toMatchObject({ value: null });
  expect(render('Patient', RETIRED, slots)).toMatchObject({ link: [{ type: 'replaces' }] });
  expect(render('Patient', RETIRED, slots)).not.toHaveProperty('active');
});

test('2.1 what MRG says of the retired only fills; that it is retired is told with the authority of a merge', () => {
  const retired = draftOf(mapped('A40', [pid('12345'), `${mrg('99001')}||Ames^Clare`]), RETIRED);
  expect(retired.authority).toBe(1);
  expect(retired.slots['name']).not.toHaveProperty('authority');
  for (const slot of [`link#${SURVIVOR}`, `alias#${SURVIVOR}`]) expect(retired.slots[slot]?.authority).toBe(2);
});

test('A40 holds several merges, and a patient told twice in it is told once', () => {
  const several = [pid('12345'), mrg('99001'), pid('12345'), mrg('99002'), pid('777'), mrg('99003')];
  const drafts = mapped('A40', several);
  expect(drafts.map(({ id }) => id)).toEqual(['12345', '99001', '99002', '777', '99003'].map(patientOf));
  expect(shown(draftOf(drafts, SURVIVOR))).toMatchObject({ name: [{ family: 'Ames' }] });
  expect((shown(draftOf(drafts, SURVIVOR))['name'] as unknown[]).length).toBe(1);
  expect((shown(draftOf(drafts, SURVIVOR))['link'] as unknown[]).length).toBe(2);
});

test.each([
  [
    ['1', '2'],
    ['2', '3'],
  ],
  [
    ['2', '3'],
    ['1', '2'],
  ],
])('a chain of merges in one message stands, whichever comes first: %s, %s', (...merges) => {
  const drafts = mapped(
    'A40',
    merges.flatMap(([retired = '', into = '']) => [pid(into), mrg(retired)]),
  );
  const middle = draftOf(drafts, patientOf('2'));
  expect(shown(middle)).toMatchObject({ active: false, name: [{ family: 'Ames' }] });
  const authority = (slot: string) => middle.slots[slot]?.authority ?? middle.authority;
  expect(['name', `alias#${patientOf('3')}`].map(authority)).toEqual([2, 2]);
});

const withAccount = `${pid('1')}|||||||||||||C1^^^NORTHGEN`;

test.each([
  ['a merge without a number that the feed accepts', 'A40', [pid('1'), 'MRG|2^^^SOUTH^XX'], 'no-patient-id', 'MRG-1'],
  ['a merge into itself', 'A40', [pid('1'), mrg('0001')], 'merge-into-itself', 'MRG-1'],
  ['a circle', 'A40', [pid('1'), mrg('2'), pid('2'), mrg('3'), pid('3'), mrg('1')], 'merge-cycle', 'MRG-1'],
  ['one number into two', 'A40', [pid('1'), mrg('2'), pid('3'), mrg('2')], 'merge-ambiguous', 'MRG-1'],
  ['accounts of which one is named', 'A41', [pid('1'), mrg('1', 'C9^^^NORTHGEN')], 'merge-number-missing', 'PID-18'],
  ['accounts without the prior one', 'A35', [withAccount, mrg('1')], 'merge-number-missing', 'MRG-3'],
  ['visits without the prior one', 'A42', [pid('1'), mrg('1'), pv1('V1')], 'merge-number-missing', 'MRG-5'],
  ['visits without the one that stays', 'A42', [pid('1'), mrg('1', '', 'V9')], 'merge-number-missing', 'PV1-19'],
  ['a merge without MRG', 'A40', [pid('1')], 'segment-missing', 'MRG'],
] as const)('7.1 %s is dead', (_, event, segments, reason, path) => {
  expect(convert(event, segments)).toMatchObject({ state: 'dead', reason, path });
});

test('7.2 A41 and A42 make a visit and an account an alias of another', () => {
  const visits = mapped('A42', [pid('1'), mrg('1', '', 'V9^^^NORTHGEN'), pv1('V1')]);
  expect(draftOf(visits, visitOf('V9')).slots[`alias#${visitOf('V1')}`]?.value).toMatchObject({
    alias: `Encounter/${visitOf('V1')}`,
  });
  const accounts = mapped('A41', [`${pid('1')}|||||||||||||C1^^^NORTHGEN`, mrg('1', 'C9^^^NORTHGEN')]);
  const [stays, retired] = accounts.filter(({ type }) => type === 'Account');
  expect(retired?.slots[`alias#${stays?.id}`]?.value).toMatchObject({ alias: `Account/${stays?.id}`, event: 'A41' });
});

test('7.2 A45 gives a visit another subject, and tells from whom it was moved', () => {
  const drafts = mapped('A45', [pid('12345'), mrg('99001', '', 'V1^^^NORTHGEN'), pv1('V1')]);
  const { slots } = draftOf(drafts, visitOf('V1'));
  expect(slots['subject']?.value).toEqual({ subject: { reference: `Patient/${SURVIVOR}` } });
  expect(slots[`moved#${RETIRED}`]?.value).toMatchObject({ moved: `Patient/${RETIRED}`, event: 'A45' });
  expect(shown(draftOf(drafts, RETIRED))).not.toHaveProperty('active');
});

test('7.2 where a visit number is unique only with its patient, a moved visit becomes another one', () => {
  const over = { visit: { keys: ['PV1-19'], scope: 'patient' } } as const;
  const ids = (event: string, ...segments: readonly string[]) =>
    mapped(event, segments, over)
      .filter(({ type }) => type === 'Encounter')
      .map(({ id }) => id);
  const [[wrong = ''], [right = '']] = ['99001', '12345'].map((number) => ids('A01', pid(number), pv1('V1'))) as [
    string[],
    string[],
  ];
  const moved = mapped('A45', [pid('12345'), mrg('99001', '', 'V1^^^NORTHGEN'), pv1('V1')], over);
  expect(draftOf(moved, wrong).slots[`alias#${right}`]?.value).toMatchObject({ alias: `Encounter/${right}` });
});

test('7.2 A43 refers from the number that was moved and retires nothing; the same number only has another parent', () => {
  expect(shown(draftOf(mapped('A43', [pid('12345'), mrg('99001')]), RETIRED))).toMatchObject({
    link: [{ type: 'refer' }],
  });
  expect(mapped('A43', [pid('12345'), mrg('12345')]).map(({ id }) => id)).toEqual([SURVIVOR]);
});

test('7.2 A47 keeps the changed number as an old one of the same person, and what did not change as it is', () => {
  const drafts = mapped('A47', [
    'PID|1||12345^^^NORTH^MR~S1^^^REGION^SS||Ames^Clara',
    'MRG|99001^^^NORTH^MR~S1^^^REGION^SS',
  ]);
  const numbers = shown(draftOf(drafts, SURVIVOR))['identifier'] as { value: string; use?: string }[];
  expect(numbers.map(({ value, use = '' }) => `${value} ${use}`).toSorted()).toEqual(['12345 ', '99001 old', 'S1 ']);
  expect(draftOf(drafts, RETIRED).slots).toHaveProperty(`alias#${SURVIVOR}`);
});

test('7.2 A46 changes a number by which the feed knows nobody: one patient, who has both', () => {
  const drafts = mapped('A46', [
    'PID|1|E2^^^REGION^PT|12345^^^NORTH^MR||Ames',
    'MRG|12345^^^NORTH^MR|||E1^^^REGION^PT',
  ]);
  expect(drafts.map(({ id }) => id)).toEqual([SURVIVOR]);
  const numbers = shown(draftOf(drafts, SURVIVOR))['identifier'] as { value: string; use?: string }[];
  expect(numbers.map(({ value, use = '' }) => `${value} ${use}`).toSorted()).toEqual(['12345 ', 'E1 old', 'E2 ']);
});

test('7.2 A24 lets two numbers see each other, and A37 takes link and alias of both back', () => {
  const both = [pid('12345'), pid('99001')];
  const linked = mapped('A24', both);
  for (const draft of linked) expect(shown(draft)).toMatchObject({ link: [{ type: 'seealso' }] });
  const cleared = mapped('A37', both).map(({ slots }) =>
    Object.keys(slots).filter((slot) => slots[slot]?.value === null),
  );
  expect(cleared).toEqual([RETIRED, SURVIVOR].map((other) => [`link#${other}`, `alias#${other}`]));
});

test('4.2 A17 happens to both visits, and each is in the other bed', () => {
  const visit = (number: string, bed: string) =>
    `PV1|1|I|${bed}|||||||||||||||||${number}^^^NORTHGEN`.replace('|||||||||||||||||', '||||||||||||||||');
  const drafts = mapped('A17', [pid('12345'), visit('V1', 'W^1'), pid('99001'), visit('V2', 'E^2')]);
  const visits = ['V1', 'V2'].map((number) => draftOf(drafts, visitOf(number)));
  expect(visits.map(({ slots }) => slots['subject']?.value)).toEqual(
    [SURVIVOR, RETIRED].map((id) => ({ subject: { reference: `Patient/${id}` } })),
  );
  for (const { slots } of visits) expect(slots).toHaveProperty(['event#A17@2026-03-01T08:00:00-06:00']);
});
