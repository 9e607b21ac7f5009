import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord } from '../../../../core/csv/record.ts';
import { bytesOf, converterOf, enclosingConverterOf, fixturesOf, goldenOf, goldenText, root } from './fixtures.ts';
import { bundleTextOf } from './rendered.ts';

const hl7 = 'test/fixtures/hl7v2';
const csv = 'test/fixtures/csv';
const messages = fixturesOf(hl7, '.hl7');
const tables = fixturesOf(csv, '.csv');

test('there are fixtures to compare', () => {
  expect(messages.length).toBeGreaterThan(20);
  expect(tables.length).toBeGreaterThan(5);
});

const converter = converterOf(`${hl7}/feed.yaml`);

test.each(messages)('%s converts to its golden statements', (file) => {
  const path = join(hl7, file);
  const actual = goldenText(converter.convertMessage(readFileSync(join(root, path))));
  expect(actual).toBe(goldenOf(path, actual));
});

const enclosing = enclosingConverterOf(`${hl7}/feed.yaml`);

test.each(messages.filter((file) => file.startsWith('envelope/')))('%s becomes its golden bundle', (file) => {
  const path = join(hl7, file.replace('.hl7', '.bundle.hl7'));
  const conversion = enclosing.convertMessage(readFileSync(join(root, hl7, file)));
  const actual = `${JSON.stringify(JSON.parse(bundleTextOf(conversion)), undefined, 1)}\n`;
  expect(actual).toBe(goldenOf(path, actual));
});

test.each(tables)('%s converts to its golden statements', (file) => {
  const path = join(csv, file);
  const records = converterOf(`${csv}/feed.yaml`);
  const [header = '', ...lines] = readFileSync(join(root, path), 'utf8').trimEnd().split('\n');
  const table = file.slice(0, -'.csv'.length);
  const actual = goldenText(
    lines.map((line) => {
      const cells = parseRecord(bytesOf(line));
      return cells.ok ? records.convertRecord(table, header.split(','), cells.value, 1_600_000_000_000) : cells;
    }),
  );
  expect(actual).toBe(goldenOf(path, actual));
});
