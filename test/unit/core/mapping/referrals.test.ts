import { expect, test } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { render } from '../../../../core/merge/render.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

type Draft = Extract<Conversion, { state: 'mapped' }>['resources'][number];

const converter = createConverter(feedAt('test/fixtures/hl7v2/feed.yaml'), { sha256 });

function madeOf(trigger: string, ...segments: readonly string[]): readonly Draft[] {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260302090100-0600||${trigger}|1|P|2.8.2`;
  const conversion = converter.convertMessage(bytesOf([header, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion.resources;
}

const PID = 'PID|1||12345^^^NORTH^MR';
const find = (drafts: readonly Draft[], type: string): Draft => drafts.find((draft) => draft.type === type) as Draft;
const referral = (rf1: string, trigger = 'I12', ...providers: readonly string[]): Draft =>
  find(madeOf(`REF^${trigger}`, `RF1|${rf1}`, ...providers, PID), 'ServiceRequest');
const rendered = (draft: Draft): Readonly<Record<string, unknown>> => render(draft.type, draft.id, draft.slots);

test('3.6 a referral is known by the number of its originator, else by that of the provider referred to', () => {
  const both = referral('|||||7|||||8');
  expect(referral('|||||7').id).toBe(both.id);
  expect(referral('|||||7|||||9').id).toBe(both.id);
  expect(referral('||||||||||8').id).toBe(referral('A|||||||||P|8').id);
  expect(referral('||||||||||7').id).not.toBe(both.id);
});

test('3.6 a referral without a number is known by the patient, its type and its date', () => {
  const first = referral('||Med|||||||');
  expect(first).toBeUndefined();
  const dated = referral('||Med||||||20260301');
  expect(referral('A|S|Med||||||20260301').id).toBe(dated.id);
  expect(referral('||Lab||||||20260301').id).not.toBe(dated.id);
  expect(referral('||Med||||||20260302').id).not.toBe(dated.id);
});

test.each([
  ['I12', 'P', '', 'active'],
  ['I12', 'A', '', 'active'],
  ['I13', 'R', '', 'revoked'],
  ['I13', 'E', '', 'unknown'],
  ['I12', '', '', 'unknown'],
  ['I14', 'A', '', 'revoked'],
  ['I14', 'A', 'D', 'revoked'],
  ['I13', 'A', 'D', 'entered-in-error'],
])('the status after REF^%s with RF1-1 "%s" and RF1-25 "%s" is %s', (trigger, code, action, status) => {
  const whole = rendered(referral(`${code}|||||7${'|'.repeat(19)}${action}`, trigger));
  expect(whole['status']).toBe(status);
  expect(checkResource({ ...whole, subject: { reference: 'Patient/1' } })).toEqual([]);
});

test('2.1 a cancellation outranks nothing but the status, and a question outranks nothing', () => {
  const asked = referral('P|||||7', 'I12');
  expect([asked.authority, asked.slots['status']?.authority]).toEqual([2, undefined]);
  const cancelled = referral('P|||||7', 'I14');
  expect([cancelled.authority, cancelled.slots['status']?.authority]).toEqual([1, 2]);
  expect(referral('P|||||7', 'I15').authority).toBe(0);
});

test('3.8 a provider is a resource only where a number says whose it is', () => {
  const practitioners = (number: string): readonly Draft[] =>
    madeOf('REF^I12', 'RF1||||||7', `PRD|RP|Berg^Eva|||||${number}`, PID).filter(({ type }) => type === 'Practitioner');
  expect(practitioners('88^SL')).toEqual([]);
  expect(practitioners('88')).toEqual([]);
  expect(practitioners('88^SL~1234567893^NPI')).toHaveLength(1);
  const [illinois, missouri] = [practitioners('88^SL^IL'), practitioners('88^SL^MO')];
  expect(illinois[0]?.id).not.toBe(missouri[0]?.id);
  expect(rendered(referral('|||||7', 'I12', 'PRD|RP|Berg^Eva|||||88^SL'))['requester']).toMatchObject({
    display: 'Eva Berg',
    identifier: { value: '88' },
  });
});

test('3.8 who refers by PRD is the person whom another field names by the same authority', () => {
  const [prd, xcn] = [
    madeOf('REF^I12', 'RF1||||||7', 'PRD|RP|Berg^Eva|||||1234567893^NPI', PID),
    madeOf('REF^I12', `RF1||||||7${'|'.repeat(14)}1234567893^Berg^Eva^^^^^^NPI`, PID),
  ].map((drafts) => find(drafts, 'Practitioner')) as [Draft, Draft];
  expect(prd.id).toBe(xcn.id);
});

test('1.3 each provider referred to is one performer, whom a later message replaces', () => {
  const two = referral('|||||7', 'I12', 'PRD|RP|Berg^Eva', 'PRD|RT|Hazel^Noa', 'PRD|RT|Vance^Ida');
  expect(rendered(two)['performer']).toEqual([{ display: 'Noa Hazel' }, { display: 'Ida Vance' }]);
  const other = referral('|||||7', 'I13', 'PRD|PP|Osei^Ama', 'PRD|RT|Reed^Max');
  const later = { ...two.slots, ...other.slots } as Draft['slots'];
  expect(render('ServiceRequest', two.id, later)['performer']).toEqual([
    { display: 'Max Reed' },
    { display: 'Ida Vance' },
  ]);
});

test('a goal is known by its own number, else by the patient and the goal of the list', () => {
  const goal = (gol: string): Draft =>
    find(madeOf('PPR^PC1', PID, 'PRB|AD|20260302090100-0600|X^Pain^L|P1', `GOL|${gol}`), 'Goal');
  expect(goal('AD||WALK^Walks^L|G1').id).toBe(goal('UP||SWIM^Swims^L|G1').id);
  expect(goal('AD||WALK^Walks^L').id).toBe(goal('UP||WALK^Walks daily^L').id);
  expect(goal('AD||WALK^Walks^L').id).not.toBe(goal('AD||SWIM^Swims^L').id);
});

test('6 a deleted goal is withdrawn, and one of which nobody says the state goes on', () => {
  const goal = (gol: string): Readonly<Record<string, unknown>> =>
    rendered(find(madeOf('PPR^PC1', PID, 'PRB|AD|20260302090100-0600|X^Pain^L|P1', `GOL|${gol}`), 'Goal'));
  const after = (action: string, state: string): unknown =>
    goal(`${action}||W^Walks^L${'|'.repeat(15)}${state}`)['lifecycleStatus'];
  expect([after('DE', 'Active'), after('AD', 'Completed'), after('AD', '')]).toEqual([
    'entered-in-error',
    'completed',
    'active',
  ]);
  expect(checkResource(goal('AD||W^Walks^L'))).toEqual([]);
});
