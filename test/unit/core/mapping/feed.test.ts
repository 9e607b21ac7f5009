import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { compileFeed } from '../../../../core/mapping/feed.ts';
import { isQuiet } from '../../../../core/reasons.ts';
import { bytesOf, feedAt, root, sha256 } from './fixtures.ts';

const base = { feed: 'f', tenant: 't', format: 'hl7v2', zone: 'Europe/London', patient: [{ type: 'MR' }] };
const message = (pid: string, rest = ''): Uint8Array =>
  bytesOf(`MSH|^~\\&|A|FAC|||20260301083000||ADT^A01|1|P|2.5\rPID|${pid}\r${rest}`);

function convertWith(extra: Record<string, unknown>, bytes: Uint8Array) {
  const feed = compileFeed({ ...base, ...extra }, 'f.yaml');
  if (!feed.ok) throw new Error(JSON.stringify(feed.issues));
  // A feed lies as JSON in the object store.
  const stored = JSON.parse(JSON.stringify(feed.value));
  const conversion = createConverter(stored, { sha256 }, { trace: true }).convertMessage(bytes);
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

test.each(readdirSync(join(root, 'mappings/feeds')))('the shipped feed %s is valid', (file) => {
  expect(feedAt(`mappings/feeds/${file}`).feed).toBe(file.replace('.yaml', ''));
});

test.each([
  ['an unknown key', { colour: 'red' }, '#/colour', 'unknown key'],
  ['an unknown zone', { zone: 'Mars/Olympus' }, '#/zone', 'IANA zone'],
  ['a name that is no name', { tenant: 'Not A Name' }, '#/tenant', 'lower-case'],
  ['no way to know a patient', { patient: [] }, '#/patient', 'list the identifiers'],
  [
    'a namespace token that stands twice',
    {
      namespaces: [
        { token: 'a', system: 'urn:a' },
        { token: 'a', system: 'urn:b' },
      ],
    },
    '#/namespaces/1/token',
    'stands twice',
  ],
  ['a system that is no URI', { namespaces: [{ token: 'a', system: 'NHS' }] }, '#/namespaces/0/system', 'absolute URI'],
  ['codes of an unknown table', { codes: { Nope: { A: 'b' } } }, '#/codes/Nope', 'no code table'],
  ['rows of an unknown map', { rows: { 'ZZZ-Patient': [] } }, '#/rows/ZZZ-Patient', 'no segment map'],
  [
    'a row with a wrong target',
    { rows: { 'PID-Patient': [{ key: 'PID-10.z1', from: 'PID-10', to: 'race' }] } },
    '#/rows/PID-Patient/0/to',
    'no element "race"',
  ],
  [
    'a row that takes a key of the map',
    { rows: { 'PID-Patient': [{ key: 'PID-7.r1', from: 'PID-7', to: 'birthDate' }] } },
    '#/rows/PID-Patient',
    'row of the map',
  ],
])('%s is refused with its place', (_, extra, path, text) => {
  const feed = compileFeed({ ...base, ...extra }, 'f.yaml');
  expect(feed.ok).toBe(false);
  expect(feed.issues[0]).toMatchObject({ code: 'feed-invalid', path: `f.yaml${path}` });
  expect(feed.issues[0]?.detail).toContain(text);
});

test('what is no feed at all is refused', () => {
  expect(compileFeed('text', 'f.yaml').ok).toBe(false);
  expect(compileFeed(null, 'f.yaml').ok).toBe(false);
});

test('a feed row reads a Z-segment and wins over the table', () => {
  const rows = { 'PID-Patient': [{ key: 'ZPI-2.z1', from: 'ZPI-2', to: 'gender', via: 'text' }] };
  const conversion = convertWith({ rows }, message('1||7^^^X^MR|||||F', 'ZPI|a|other\r'));
  expect(conversion.resources[0]?.slots['gender']).toEqual({ value: { gender: 'other' }, from: 'ZPI[1]-2' });
});

test('a feed code adds to its table', () => {
  const codes = { 'HL70001-AdministrativeGender': { W: 'female' } };
  const conversion = convertWith({ codes }, message('1||7^^^X^MR|||||W'));
  expect(conversion.resources[0]?.slots['gender']?.value).toEqual({ gender: 'female' });
});

test('the order of accepted identifiers decides, not their place in PID-3', () => {
  const patient = [{ type: 'NH' }, { type: 'MR' }];
  const both = convertWith({ patient }, message('1||7^^^X^MR~9^^^Y^NH'));
  const one = convertWith({ patient }, message('1||9^^^Y^NH'));
  expect(both.resources[0]?.id).toBe(one.resources[0]?.id);
});

test('a namespace may strip leading zeros and fold case, and two authorities may be one namespace', () => {
  const namespaces = [{ token: 'n', system: 'urn:n', authorities: ['X', '1.2.3'], zeros: 'strip', letters: 'upper' }];
  const ids = ['1||007a^^^X^MR', '1||7A^^^Q&1.2.3&ISO^MR'].map(
    (pid) => convertWith({ namespaces }, message(pid)).resources[0]?.id,
  );
  expect(ids[0]).toBe(ids[1]);
});

test('a profile that the feed asks for is stated', () => {
  const conversion = convertWith({ profiles: { Patient: ['urn:p'] } }, message('1||7^^^X^MR'));
  expect(conversion.resources[0]?.slots['meta#profile']?.value).toEqual({ meta: { profile: ['urn:p'] } });
});

test('the trace names row and place of every slot, and the populated fields that no row read', () => {
  const conversion = convertWith({}, message('1||7^^^X^MR||||19700102|F||2106-3'));
  expect(conversion.trace?.unread).toEqual(['PID-10']);
  expect(conversion.trace?.explanations).toContainEqual({
    resource: `Patient/${conversion.resources[0]?.id}`,
    slot: 'birthDate',
    row: 'PID-7.r1',
    from: 'PID-7',
    repetition: 1,
    elements: ['birthDate'],
  });
});

test('the trace tells which repetition gave which element, and that a row came too late', () => {
  const conversion = convertWith({}, message('1||7^^^X^MR|8^^^X^PI|Ames^Clara~Amis^Clara||19700102'));
  const told = conversion.trace?.explanations.map(({ row, repetition, elements }) => ({ row, repetition, elements }));
  expect(told).toContainEqual({
    row: 'PID-5.r1',
    repetition: 2,
    elements: ['name[1].family', 'name[1].given[0]'],
  });
  const again = convertWith({}, message('1|7^^^X^MR|7^^^X^MR'));
  const rows = again.trace?.explanations.filter(({ slot }) => slot.startsWith('identifier'));
  expect(rows?.map(({ row, elements }) => [row, elements.length > 0])).toEqual([
    ['PID-2.r1', true],
    ['PID-3.r1', false],
  ]);
});

test('5.2 results are one word, or words by service and section', () => {
  const resultsOf = (results: unknown) => {
    const feed = compileFeed({ ...base, results }, 'f.yaml');
    return feed.ok ? feed.value.results : feed.issues[0]?.path;
  };
  expect(resultsOf(undefined)).toBe('accumulate');
  expect(resultsOf('snapshot')).toBe('snapshot');
  const modes = { 'OBR-4': { '24323-8': 'snapshot' }, 'OBR-24': { MB: 'snapshot' } };
  const compiled = { services: modes['OBR-4'], sections: modes['OBR-24'] };
  expect(resultsOf(modes)).toEqual({ default: 'accumulate', ...compiled });
  expect(resultsOf({ default: 'snapshot' })).toEqual({ default: 'snapshot', services: {}, sections: {} });
  expect(resultsOf({ 'OBR-24': { MB: 'sometimes' } })).toBe('f.yaml#/results/OBR-24/MB');
  expect(resultsOf({ 'OBR-25': { F: 'snapshot' } })).toBe('f.yaml#/results/OBR-25');
});

test('what a row sets in a slot of a namespace belongs to the repetition that named the slot', () => {
  const rows = {
    'PID-Patient': [
      {
        key: 'PID-3.l1',
        from: 'PID-3',
        to: 'identifier',
        via: 'CX-Identifier',
        set: { 'identifier.use': 'official' },
        slot: 'identifier#own-{namespace}',
      },
    ],
  };
  const { resources } = convertWith({ rows }, message('1||1^^^A^MR~2^^^B^MR~3^^^B^MR'));
  const own = Object.entries(resources[0]?.slots ?? {}).filter(([slot]) => slot.startsWith('identifier#own-'));
  const uses = own.map(([, { value }]) =>
    ((value?.['identifier'] ?? []) as { value: string; use: string }[]).map((one) => [one.value, one.use]),
  );
  expect(uses).toEqual([
    [['1', 'official']],
    [
      ['2', 'official'],
      ['3', 'official'],
    ],
  ]);
});

test('trailing separators are one quiet issue of a message, at the first segment that has them', () => {
  const told = (pid: string, rest = '') =>
    convertWith({}, message(pid, rest)).issues.filter(({ code }) => code === 'trailing-separators');
  expect(told('1||1^^^A^MR||', 'PV1|1|I|||\r')).toEqual([{ code: 'trailing-separators', path: 'PID' }]);
  expect(told('1||1^^^A^MR', 'OBX|1\rOBX|2||\r')).toEqual([{ code: 'trailing-separators', path: 'OBX[2]' }]);
  expect(told('1||1^^^A^MR')).toEqual([]);
  expect(isQuiet('trailing-separators')).toBe(true);
  expect(isQuiet('code-unmapped')).toBe(false);
});

type Resources = ReturnType<typeof convertWith>['resources'];

function languageOf([patient]: Resources): unknown {
  const stated = patient?.slots['communication']?.value?.['communication'] as { language: object }[] | undefined;
  return stated?.[0]?.language;
}

test.each([
  ['de', 'de'],
  ['DEU', 'de'],
  ['ger', 'de'],
  ['GER^German^ISO639-2', 'de'],
  ['pt-BR', 'pt-BR'],
  ['NO', 'no'],
])('the language %s is %s of BCP 47', (stated, code) => {
  const { resources, issues } = convertWith({}, message(`1||1^^^A^MR${'|'.repeat(12)}${stated}`));
  const language = languageOf(resources);
  expect(language).toMatchObject({ coding: [{ system: 'urn:ietf:bcp:47', code }] });
  expect(issues.map((issue) => issue.code)).not.toContain('code-unmapped');
});

test.each(['01^Northern^L', 'deut^German', 'xx^Other'])(
  'the language %s is no code of BCP 47 and stays as it was sent',
  (stated) => {
    const { resources, issues } = convertWith({}, message(`1||1^^^A^MR${'|'.repeat(12)}${stated}`));
    const language = languageOf(resources);
    expect(language).toMatchObject({ coding: [{ code: stated.split('^')[0] }], text: stated.split('^')[1] });
    expect(JSON.stringify(language)).not.toContain('bcp');
    expect(issues).toContainEqual({ code: 'code-unmapped', path: 'PID-15' });
  },
);
