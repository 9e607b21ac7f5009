import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord } from '../../../../core/csv/record.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { bytesOf, converterOf, enclosingConverterOf, fixturesOf, root } from './fixtures.ts';
import { bundleFaultsOf, bundleTextOf, outsideOf } from './rendered.ts';

const hl7 = 'test/fixtures/hl7v2';
const csv = 'test/fixtures/csv';
const enclosing = enclosingConverterOf(`${hl7}/feed.yaml`);

test.each(fixturesOf(hl7, '.hl7'))('%s becomes a valid bundle in which every reference ends', (file) => {
  const conversion = enclosing.convertMessage(readFileSync(join(root, hl7, file)));
  if (conversion.state !== 'mapped') expect(conversion.reason).not.toBe('internal-fault');
  else expect(bundleFaultsOf(bundleTextOf(conversion))).toEqual([]);
});

test('also a parent that only a document names, and a number that was retired, are made by the message that names them', () => {
  const made = (file: string, type: string): number => {
    const conversion = enclosing.convertMessage(readFileSync(join(root, hl7, file)));
    if (conversion.state !== 'mapped') throw new Error(conversion.reason);
    return conversion.resources.filter((draft) => draft.type === type).length;
  };
  expect(made('mdm-t06/addendum.hl7', 'DocumentReference')).toBe(2);
  expect(made('adt-a40/base.hl7', 'Patient')).toBe(2);
});

// A record is one row of one table: what it refers to stands in another. Its columns name it, so that both give one id.
const others: Readonly<Record<string, readonly string[]>> = {
  'conditions.csv': ['Condition.encounter Encounter', 'Condition.subject Patient'],
  'encounters.csv': ['Encounter.subject Patient'],
  'notes.csv': ['DocumentReference.context.encounter Encounter', 'DocumentReference.subject Patient'],
  'observations.csv': ['Observation.encounter Encounter', 'Observation.subject Patient'],
};

const convertTable = (file: string): readonly Conversion[] => {
  const converter = converterOf(`${csv}/feed.yaml`);
  const [header = '', ...lines] = readFileSync(join(root, csv, file), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.flatMap((line) => {
    const cells = parseRecord(bytesOf(line));
    const table = file.slice(0, -'.csv'.length);
    return cells.ok ? [converter.convertRecord(table, header.split(','), cells.value, 1_600_000_000_000)] : [];
  });
};

test.each(fixturesOf(csv, '.csv'))(
  'the references of %s outside its record are those that its columns name',
  (file) => {
    const outside = convertTable(file).flatMap(outsideOf);
    const named = outside.map(({ path, reference }) => `${path} ${reference.split('/')[0]}`);
    expect([...new Set(named)].toSorted()).toEqual(others[file] ?? []);
  },
);

const madeIn = (file: string): readonly string[] =>
  convertTable(file).flatMap((conversion) =>
    conversion.state === 'mapped' ? conversion.resources.map(({ type, id }) => `${type}/${id}`) : [],
  );

test.each([
  ['encounters.csv', 'Patient', 'patients.csv'],
  ['conditions.csv', 'Encounter', 'encounters.csv'],
])('%s refers to a %s by the id that %s makes', (from, type, to) => {
  const outside = convertTable(from).flatMap(outsideOf);
  const references = outside.map(({ reference }) => reference).filter((reference) => reference.startsWith(type));
  expect(madeIn(to)).toContain(references[0]);
});
