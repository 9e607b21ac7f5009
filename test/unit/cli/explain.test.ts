import { expect, test } from 'vitest';
import { explain, explanationJson, explanationTable } from '../../../cli/explain.ts';
import type { Explanation } from '../../../core/mapping/trace.ts';
import type { ResourceState } from '../../../core/merge/merge.ts';

type Slots = Readonly<
  Record<string, { readonly value: Readonly<Record<string, unknown>> | null; readonly from: string }>
>;

const state = (type: string, slots: Slots): ResourceState => ({
  ...{ type, id: '1' },
  slots: Object.fromEntries(
    Object.entries(slots).map(([name, slot]) => [name, { ...slot, order: 'o', batch: 'b', ordinal: 1 }]),
  ),
});

const said = (slot: string, row: string, from: string, elements: readonly string[], repetition = 1): Explanation => ({
  ...{ resource: 'Patient/1', slot, row, from, repetition, elements },
});

const patient = state('Patient', {
  'telecom#work': { value: { telecom: [{ value: 'W1' }, { value: 'W2' }] }, from: 'PID-14' },
  'telecom#home': { value: { telecom: [{ value: 'H1' }] }, from: 'PID-13' },
  birthDate: { value: { birthDate: '1970-01-02' }, from: 'PID-7' },
});

const explanations = [
  said('birthDate', 'PID-7.r1', 'PID-7', ['birthDate']),
  said('telecom#home', 'PID-13.r1', 'PID-13', ['telecom[0].value']),
  said('telecom#work', 'PID-14.r1', 'PID-14', ['telecom[0].value']),
  said('telecom#work', 'PID-14.r1', 'PID-14', ['telecom[1].value'], 2),
];

test('an element stands where the rendered resource has it, with row, field and repetition', () => {
  const told = explain([patient], explanations, false).map(({ element, row, from }) => [element, row, from]);
  expect(told).toEqual([
    ['Patient.birthDate', 'PID-7.r1', 'PID-7'],
    ['Patient.telecom[0].value', 'PID-13.r1', 'PID-13'],
    ['Patient.telecom[1].value', 'PID-14.r1', 'PID-14'],
    ['Patient.telecom[2].value', 'PID-14.r1', 'PID-14[2]'],
  ]);
});

test('values are told only when they are asked for', () => {
  expect(JSON.stringify(explain([patient], explanations, false))).not.toMatch(/W1|W2|H1|1970/);
  const revealed = explain([patient], explanations, true);
  expect(revealed.map(({ value }) => value)).toEqual(['1970-01-02', 'H1', 'W1', 'W2']);
  expect(explanationTable(1, { messageType: 'ADT^A08', state: 'mapped' }, revealed)).toContain('PID-14[2]  "W2"');
});

test('the first row that gave an element is its row', () => {
  const late = [...explanations, said('birthDate', 'PID-7.x1', 'PID-7', ['birthDate'])];
  expect(explain([patient], late, false)[0]?.row).toBe('PID-7.r1');
});

test('a cleared slot and a visit event are told by their names, without what the message put into the name', () => {
  const visit = state('Encounter', {
    'event#A01@2026-03-01T08:25:00Z': { value: { event: 'A01', time: '2026-03-01T08:25:00Z' }, from: 'EVN-2' },
    'identifier#urn:secret|VN': { value: null, from: 'PV1-19' },
    subject: { value: { subject: { reference: 'Patient/1' } }, from: 'ADT_A01.r2' },
  });
  const told = explain([visit], [], false).map(({ element, row, from }) => [element, row, from]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['Encounter.event', 'engine', 'EVN-2'],
      ['Encounter.identifier', 'clear', 'PV1-19'],
      ['Encounter.subject.reference', 'ADT_A01.r2', ''],
      ['Encounter.status', 'rendering', ''],
    ]),
  );
  expect(JSON.stringify(told)).not.toMatch(/secret|2026/);
});

test('a text that is a note is an element, and the mark that says so is none', () => {
  const report = state('Observation', {
    note: { value: { note: [{ text: 'words' }] }, from: 'NTE[1]-3' },
    'note#1': { value: { text: 'words' }, from: 'NTE[1]-3' },
  });
  const row = { ...said('note', 'NTE-3.r1', 'NTE[1]-3', ['note[0].text']), resource: 'Observation/1' };
  const told = explain([report], [row], false).filter(({ element }) => element.includes('note'));
  expect(told.map(({ element, row: key }) => [element, key])).toEqual([
    ['Observation.note[0].text', 'NTE-3.r1'],
    ['Observation.note', 'engine'],
  ]);
});

test('a message that died is told with its reason and no elements', () => {
  const ended = { messageType: 'ADT^A01', state: 'dead', reason: 'no-patient-id', path: 'PID-3' } as const;
  expect(JSON.parse(explanationJson(3, ended, []))).toEqual({ message: 3, ...ended, elements: [] });
  expect(explanationTable(3, ended, [])).toBe('message 3  ADT^A01  dead: no-patient-id\n');
});
