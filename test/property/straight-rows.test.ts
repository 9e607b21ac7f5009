import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Converter } from '../../core/mapping/convert.ts';
import {
  bytesOf,
  converterOf,
  enclosingConverterOf,
  fixturesOf,
  root,
  tracingConverterOf,
} from '../unit/core/mapping/fixtures.ts';

/**
 * Rows run as straight code, and as closures where a trace is wanted (ADR 0019). The two must say the same of every
 * message: resources, slots, provenance and issues, in their order.
 */
const folder = 'test/fixtures/hl7v2';
const texts = fixturesOf(folder, '.hl7').map((file) => readFileSync(join(root, folder, file), 'latin1'));
const straight = converterOf(`${folder}/feed.yaml`);
const closures = tracingConverterOf(`${folder}/feed.yaml`);

const said = (converter: Converter, text: string): string => {
  const { trace: _, ...conversion } = { trace: undefined, ...converter.convertMessage(bytesOf(text)) };
  return JSON.stringify(conversion);
};

test.each(texts.map((text, at) => [at, text] as const))('fixture %i', (_, text) => {
  expect(said(straight, text)).toBe(said(closures, text));
});

test('fixtures with their envelope', () => {
  const [plain, tracing] = [false, true].map((trace) => enclosingConverterOf(`${folder}/feed.yaml`, trace)) as [
    Converter,
    Converter,
  ];
  for (const text of texts) expect(said(plain, text)).toBe(said(tracing, text));
});

const word = fc.constantFrom(
  'A',
  'F',
  '1',
  '2.5',
  '""',
  '20240229',
  '202402291200+0100',
  'NM',
  'x y',
  ' ',
  '',
  'L',
  'MR',
);
const component = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('&'));
const repetition = fc.array(fc.oneof(word, component), { minLength: 1, maxLength: 9 }).map((parts) => parts.join('^'));
const value = fc.oneof(
  word,
  fc.array(repetition, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('~')),
);

/** A fixture in which some fields hold something else. */
const altered = fc
  .record({
    text: fc.constantFrom(...texts),
    edits: fc.array(fc.record({ segment: fc.nat(), field: fc.nat(40), value }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ text, edits }) => {
    const segments = text.trimEnd().split(/\r\n|\r|\n/);
    for (const { segment, field, value: put } of edits) {
      const at = 1 + (segment % Math.max(segments.length - 1, 1));
      const fields = (segments[at] ?? '').split('|');
      while (fields.length <= field + 1) fields.push('');
      fields[field + 1] = put;
      segments[at] = fields.join('|');
    }
    return `${segments.join('\r')}\r`;
  });

test('messages in which fields hold anything', () => {
  fc.assert(
    fc.property(altered, (text) => {
      expect(said(straight, text)).toBe(said(closures, text));
    }),
    { numRuns: 1500 },
  );
});
