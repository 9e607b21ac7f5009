import { expect, test } from 'vitest';
import type { Carried, CarriedTable } from '../../../../../tools/mappings/official/carried.ts';
import { readWholeMaps } from '../../../../../tools/mappings/official/carried.ts';
import type { Ours } from '../../../../../tools/mappings/official/compare.ts';
import { compare } from '../../../../../tools/mappings/official/compare.ts';
import { coveragePage } from '../../../../../tools/mappings/official/page.ts';
import { readMap } from '../../../../../tools/mappings/official/read-official.ts';
import { agrees, sameCode } from '../../../../../tools/mappings/official/same.ts';

const field = (place: string, target: string, via = ''): string =>
  `1,${place},name,ST,0,1,,,,${target},,type,0,1,${via},,,,\n`;

const segment = readMap(
  'segments',
  'PID[Patient]',
  `stray,,\nSort Order,\n${field('PID-7', 'birthDate')}${field('PID-1', '')}${field('PID-7', 'birthDate.extension[1].url')}${field('PID-8', 'gender')}`,
);

const runs = (traces: string, writes?: readonly string[], reason = ''): Carried => ({
  how: 'runs',
  at: 'segments/PID-Patient.yaml',
  reason,
  traces: [traces],
  ...(writes === undefined ? {} : { writes }),
});

const ours = (parts: Partial<Ours>): Ours => ({
  ledger: new Map(),
  tables: new Map(),
  whole: { functions: new Map(), maps: new Map() },
  segments: new Map(),
  written: new Set(),
  ...parts,
});

const standings = (parts: Partial<Ours>, map = segment): readonly string[] =>
  compare([map], ours(parts)).maps.flatMap(({ rows }) => rows.map(({ row, standing }) => `${row.key} ${standing}`));

test('rows are numbered among those of a place that have a target, by column position', () => {
  expect(segment.rows.map((row) => row.key)).toEqual(['PID-7.r1', 'PID-7.r2', 'PID-8.r1']);
});

test('a row is executed only when a trace shows it writing', () => {
  const ledger = new Map([['PID[Patient] PID-8.r1', [runs('PID-Patient PID-8.r1', ['gender'])]]]);
  expect(standings({ ledger })).toContain('PID-8.r1 open');
  expect(standings({ ledger, written: new Set(['PID-Patient PID-8.r1']) })).toContain('PID-8.r1 executed');
});

test('a row with a reason deviates, and a listed one is told apart', () => {
  const ledger = new Map<string, readonly Carried[]>([
    ['PID[Patient] PID-7.r1', [runs('PID-Patient PID-7.r1', ['gender'], 'because')]],
    ['PID[Patient] PID-7.r2', [{ how: 'skip', at: '', reason: 'old', traces: [] }]],
    ['PID[Patient] PID-8.r1', [{ how: 'instead', at: '', reason: 'engine', traces: [] }]],
  ]);
  expect(standings({ ledger, written: new Set(['PID-Patient PID-7.r1']) })).toEqual([
    'PID-7.r1 deviating',
    'PID-7.r2 skipped',
    'PID-8.r1 deviating',
  ]);
});

test('a row that writes elsewhere without a reason is a fault, and so is one that is no official row', () => {
  const ledger = new Map([
    ['PID[Patient] PID-8.r1', [runs('', ['name'])]],
    ['PID[Patient] PID-8.r2', [runs('')]],
  ]);
  const { faults } = compare([segment], ours({ ledger }));
  expect(faults).toHaveLength(2);
  expect(faults[0]).toContain('a row that deviates says why');
  expect(faults[1]).toContain('no official row with a target');
});

test('a row of a message counts for the segment map that it names', () => {
  const message = readMap(
    'messages',
    'ORU_R01',
    'a\nb\n1,ORU_R01.PID,PID,Patient,1,1,,,,Patient[1],PID[Patient],,,\n1,ORU_R01.PD1,PD1,Patient,1,1,,,,Patient[1],PD1[Patient],,,\n',
  );
  const making: Carried = {
    how: 'runs',
    at: '',
    reason: '',
    traces: ['ORU_R01.r1 PID-Patient', 'ORU_R01.r1 PD1-Patient'],
  };
  const parts: Partial<Ours> = {
    ledger: new Map([
      ['ORU_R01 PID.r1', [making]],
      ['ORU_R01 PD1.r1', [making]],
    ]),
    segments: new Map([
      ['PID-Patient', ['PID[Patient]']],
      ['PD1-Patient', ['PD1[Patient]']],
    ]),
    written: new Set(['ORU_R01.r1 PID-Patient']),
  };
  expect(standings(parts, message)).toEqual(['PID.r1 executed', 'PD1.r1 open']);
});

const table = readMap(
  'tables',
  'Sex',
  'a\nb\nF,Female,HL70001,,,,female,,Female,http://hl7.org/fhir/administrative-gender,,\nX,None,HL70001,,,,,,,,,\n,,,,,,male,,,,,\n',
);

const ourTable = (codes: ReadonlyMap<string, Carried>, kept: readonly string[]): ReadonlyMap<string, CarriedTable> =>
  new Map([['Sex', { name: 'HL70001-Sex', codes, unread: undefined, kept: new Set(kept) }]]);

test('a code counts when its table is read, and none may be left out', () => {
  const codes = new Map([['F', runs('', ['female', 'http://hl7.org/fhir/administrative-gender'])]]);
  const tables = ourTable(codes, ['X']);
  expect(compare([table], ours({ tables })).faults).toEqual([]);
  expect(standings({ tables }, table)).toEqual(['F.r1 open']);
  expect(standings({ tables, written: new Set(['HL70001-Sex M']) }, table)).toEqual(['F.r1 executed']);
  expect(compare([table], ours({ tables: ourTable(codes, []) })).faults).toHaveLength(1);
  expect(compare([table], ours({ tables: ourTable(new Map(), ['X']) })).faults).toHaveLength(1);
});

test('a function carries a whole datatype map, and the page counts it', () => {
  const whole = readWholeMaps("functions: { 'PID[Patient]': dateTime }");
  const written = new Set(['via dateTime']);
  expect(standings({ whole })).toEqual(['PID-7.r1 open', 'PID-7.r2 open', 'PID-8.r1 open']);
  const page = coveragePage(compare([segment, table], ours({ whole, written })));
  expect(page).toContain('| `PID[Patient]` | 3 | 3 | 0 | 0 | 0 | 100.0 % |');
  expect(page).toContain('| **all** | 4 | 3 | 0 | 0 | 1 | 75.0 % |');
  expect(page).toContain('- not carried at all: `Sex`');
});

test('a reason may stand for some rows of a map, and a function for others', () => {
  const whole = readWholeMaps(
    "functions: { 'PID[Patient] PID-8.r1': text }\nmaps: { 'PID[Patient] PID-7.r1..2': { skip: old } }",
  );
  const written = new Set(['via text']);
  expect(standings({ whole, written })).toEqual(['PID-7.r1 skipped', 'PID-7.r2 skipped', 'PID-8.r1 executed']);
  const wrong = readWholeMaps("functions: { 'PID[Patient] PID-8.r1': texts }\nmaps: { 'PID[Person]': { skip: old } }");
  expect(compare([segment], ours({ whole: wrong })).faults).toHaveLength(2);
});

test.each([
  ['name[1]', ['name'], true],
  ['participant[1].individual(Practitioner)', ['participant.individual'], true],
  ['identifier[1].type.coding.code', ['identifier', 'identifier.type'], true],
  ['extension[2].uri', ['extension.valueString'], true],
  ['$value', ['gender'], true],
  ['criticality', ['reaction.severity'], false],
])('the path %s beside %j', (target, writes, expected) => {
  expect(agrees(target, writes)).toBe(expected);
});

test('codes agree by code and system, however the system is written', () => {
  const row = { key: 'F.r1', target: 'female', system: 'http://example.org/sex/', proposed: false, via: '' };
  expect(sameCode(row, ['female', 'https://example.org/sex'])).toBe(true);
  expect(sameCode(row, ['male', 'http://example.org/sex'])).toBe(false);
  expect(sameCode(row, ['female', 'http://example.org/gender'])).toBe(false);
});
