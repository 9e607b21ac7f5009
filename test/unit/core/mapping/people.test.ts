import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { render } from '../../../../core/merge/render.ts';
import { stageConversion } from '../../../../core/merge/stage.ts';
import type { ResourceDraft } from '../../../../core/merge/statement.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const converter = createConverter(feedAt('test/fixtures/hl7v2/feed.yaml'), { sha256 });

function mapped(segments: readonly string[], type = 'ADT^A08^ADT_A01') {
  const header = `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||${type}|1|P|2.8.2`;
  const pid = 'PID|1||12345^^^NORTH^MR';
  const conversion = converter.convertMessage(bytesOf([header, pid, ...segments].join('\r')));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

const drafts = (segments: readonly string[], type?: string): readonly ResourceDraft[] =>
  mapped(segments, type).resources;
const one = (all: readonly ResourceDraft[], type: string): ResourceDraft => {
  const found = all.find((draft) => draft.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};
const keysOf = (all: readonly ResourceDraft[], type: string): readonly string[] =>
  all.filter((draft) => draft.type === type).map((draft) => `${type}/${draft.id}`);
const listOf = (all: readonly ResourceDraft[], holder: string, of: string) => one(all, holder).slots[`list#${of}`];

const visit = 'PV1|1|I|||||||||||||||||V1^^^NORTHGEN';

test('6 AL1 segments state the full list of the patient, in their order', () => {
  const all = drafts([visit, 'AL1|1|DA|A1^Aspirin^L', 'AL1|2|FA|F1^Nuts^L']);
  expect(listOf(all, 'Patient', 'AL1')?.value).toEqual({ ids: keysOf(all, 'AllergyIntolerance') });
  expect(keysOf(all, 'AllergyIntolerance')).toHaveLength(2);
});

test('6 no segment states no list, and "" in all fields states the empty one', () => {
  expect(listOf(drafts([visit]), 'Patient', 'AL1')).toBeUndefined();
  expect(listOf(drafts([visit, 'AL1|1|""|""']), 'Patient', 'AL1')?.value).toBeNull();
});

test('6 a list with a member that nothing names is not stated, since it would end that member', () => {
  const all = drafts([visit, 'AL1|1|DA|A1^Aspirin^L', 'AL1|2|FA||SV']);
  expect(keysOf(all, 'AllergyIntolerance')).toHaveLength(1);
  expect(listOf(all, 'Patient', 'AL1')).toBeUndefined();
});

test('6 an employer among the next of kin is no related person, and the list is whole without it', () => {
  const all = drafts(['NK1|1|Ames^Bob|SPO^Spouse^HL70063', 'NK1|2||EMR^Employer^HL70063||||||||||Mill Ltd']);
  expect(listOf(all, 'Patient', 'NK1')?.value).toEqual({ ids: keysOf(all, 'RelatedPerson') });
  expect(keysOf(all, 'RelatedPerson')).toHaveLength(1);
});

test('6 DG1-21 acts on one diagnosis, so that its segments are no list of the visit', () => {
  expect(listOf(drafts([visit, 'DG1|1||I10^X^I10']), 'Encounter', 'DG1')?.value).toMatchObject({ ids: [/^Condition/] });
  const acting = `DG1|1||I10^X^I10${'|'.repeat(18)}D`;
  expect(listOf(drafts([visit, acting]), 'Encounter', 'DG1')).toBeUndefined();
});

test('6 a result states no list, whatever it repeats of the patient', () => {
  const all = drafts(['NK1|1|Ames^Bob|SPO^Spouse^HL70063', 'OBR|1||F1|X^X^L'], 'ORU^R01');
  expect(keysOf(all, 'RelatedPerson')).toHaveLength(1);
  expect(listOf(all, 'Patient', 'NK1')).toBeUndefined();
});

test('6 a list is staged with the other slots, and never rendered', () => {
  const conversion = mapped([visit, 'AL1|1|DA|A1^Aspirin^L']);
  const context = { batch: 'b', ordinal: 1, hash: 'ab'.repeat(32), feed: 'f', mappingVersion: 1, arrivedAt: 1.9e12 };
  const staged = stageConversion(conversion, context);
  const line = staged.ok ? staged.lines.find((known) => known.type === 'Patient') : undefined;
  expect(Object.keys(line?.slots ?? {})).toContain('list#AL1');
  expect(JSON.stringify(render('Patient', 'p', line?.slots ?? {}))).not.toContain('AllergyIntolerance');
});

test('6 IAM-6 D takes back one allergy, the same that AL1 states', () => {
  const stated = keysOf(drafts(['AL1|1|DA|A1^Aspirin^L']), 'AllergyIntolerance');
  const taken = drafts(['IAM|1|DA|A1^Aspirin^L|||D'], 'ADT^A60^ADT_A60');
  expect(keysOf(taken, 'AllergyIntolerance')).toEqual(stated);
  expect(JSON.stringify(one(taken, 'AllergyIntolerance').slots)).toContain('entered-in-error');
});

test('3.8 a related person is told by NK1-33, else by relationship and name within the patient', () => {
  const idOf = (nk1: string): string | undefined => keysOf(drafts([nk1]), 'RelatedPerson')[0];
  const numbered = `${'|'.repeat(30)}K1^^^NORTH`;
  expect(idOf(`NK1|1|Ames^Bob|SPO${numbered}`)).toBe(idOf(`NK1|2|Ames^Robert|SPO${numbered}`));
  expect(idOf('NK1|1|Ames^Bob|SPO')).toBe(idOf('NK1|7|AMES^bob|SPO|1 Elm'));
  expect(idOf('NK1|1|Ames^Bob|SPO')).not.toBe(idOf('NK1|1|Ames^Bob|BRO'));
  expect(idOf('NK1|1||SPO')).toBeUndefined();
});

test('3.8 no PractitionerRole is made of a name, and one role is one resource for every patient', () => {
  expect(keysOf(drafts(['ROL|R1|AD|PP^^HL70443|^Moss^Ada']), 'PractitionerRole')).toEqual([]);
  const role = 'ROL|R1|AD|PP^^HL70443|7001^Moss^Ada^^^^^^STAFF';
  const other = role.replace('R1', 'R2').replace('Ada', 'A');
  expect(keysOf(drafts([role]), 'PractitionerRole')).toEqual(keysOf(drafts([other]), 'PractitionerRole'));
});

test('a role after PID is of the patient, one after PV1 of the visit', () => {
  const role = 'ROL|R1|AD|AT^^HL70443|7001^Moss^Ada^^^^^^STAFF';
  const slots = (all: readonly ResourceDraft[], type: string): readonly string[] =>
    Object.keys(all.find((draft) => draft.type === type)?.slots ?? {}).filter((slot) =>
      slot.startsWith('participant#'),
    );
  const after = { pid: drafts([role, visit]), pv1: drafts([visit, role]) };
  expect([slots(after.pid, 'CareTeam').length, slots(after.pid, 'Encounter').length]).toEqual([1, 0]);
  expect([slots(after.pv1, 'CareTeam').length, slots(after.pv1, 'Encounter').length]).toEqual([0, 1]);
});

test('a role that is taken back clears its own entry of the care team and makes nobody', () => {
  const role = (action: string): string => `ROL|R1|${action}|AT^^HL70443|7001^Moss^Ada^^^^^^STAFF`;
  const [added, taken] = [drafts([role('AD')]), drafts([role('DE')])];
  const slot = Object.keys(one(added, 'CareTeam').slots).find((name) => name.startsWith('participant#')) ?? '';
  expect(one(taken, 'CareTeam').slots[slot]?.value).toBeNull();
  expect(keysOf(taken, 'PractitionerRole')).toEqual([]);
});

test('no known allergies is said by a code of that meaning, without a category or a type', () => {
  const { slots } = one(drafts(['AL1|1|DA|NKDA^No known drug allergies^L']), 'AllergyIntolerance');
  expect(JSON.stringify(slots['code'])).toContain('409137002');
  expect([slots['category'], slots['type']]).toEqual([undefined, undefined]);
});

test('9 PV1-16 and ARV become security labels, and ARV-2 D ends its own', () => {
  const vip = `PV1|1|I${'|'.repeat(14)}VIP|||V1^^^NORTHGEN`;
  const all = drafts(['ARV|1|A|DEM^Demographics^HL70717', vip]);
  const labels = JSON.stringify(render('Patient', 'p', one(all, 'Patient').slots)['meta']);
  expect(labels).toContain('DEM');
  expect(labels).toContain('VIP');
  const ended = one(drafts(['ARV|1|D|DEM^Demographics^HL70717']), 'Patient').slots;
  expect(Object.entries(ended).find(([name]) => name.startsWith('meta.security#'))?.[1].value).toBeNull();
});
