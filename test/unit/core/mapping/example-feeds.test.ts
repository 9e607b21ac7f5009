import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { feedAt, fixturesOf, goldenOf, goldenText, root, sha256 } from './fixtures.ts';

// Each folder is a shipped feed; what lies in it is a message of that feed.
const folder = 'test/fixtures/hl7v2-feeds';
const messages = fixturesOf(folder, '.hl7');

const convert = (file: string) =>
  createConverter(feedAt(`mappings/feeds/${dirname(file)}.yaml`), { sha256 }, { trace: true }).convertMessage(
    readFileSync(join(root, folder, file)),
  );

test('there are messages of example feeds to convert', () => {
  expect(messages).not.toEqual([]);
});

test.each(messages)('%s converts by the rows of its feed to its golden statements', (file) => {
  const { trace: _trace, ...conversion } = convert(file);
  const actual = goldenText(conversion);
  expect(actual).toBe(goldenOf(join(folder, file), actual));
});

test('every row that the example feed adds writes, and every local code becomes its target', () => {
  const feed = feedAt('mappings/feeds/example-local.yaml');
  const { trace, ...conversion } = convert('example-local/z-segment-and-local-codes.hl7');
  const rows = Object.entries(feed.rows).flatMap(([map, own]) =>
    own.filter((row) => !row.ignore).map((row) => `${map} ${row.key}`),
  );
  expect(rows.length).toBeGreaterThan(3);
  expect(trace?.written).toEqual(expect.arrayContaining(rows));
  expect(conversion.issues.filter(({ code }) => code === 'code-unmapped')).toEqual([]);
  expect(trace?.unread).toEqual(['ZPI-5']);
});

test('a row on another segment reads each repetition of its field', () => {
  const conversion = convert('example-local/z-segment-and-local-codes.hl7');
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  const patient = conversion.resources.find(({ type }) => type === 'Patient');
  const stated = patient?.slots['telecom#carer']?.value?.['telecom'] as
    | readonly { readonly value: string }[]
    | undefined;
  const numbers = stated?.map(({ value }) => value);
  expect(numbers).toEqual(['0861230001', '016660002']);
});
