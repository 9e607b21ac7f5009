import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, converterOf, fixturesOf, root } from '../unit/core/mapping/fixtures.ts';
import { faultsOf } from '../unit/core/mapping/rendered.ts';

const folder = 'test/fixtures/hl7v2';
const converter = converterOf(`${folder}/feed.yaml`);
const texts = fixturesOf(folder, '.hl7').map((file) => readFileSync(join(root, folder, file), 'utf8'));

/** A fixture with some pieces cut out, doubled or replaced by characters that mean something to HL7. */
const mangled = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(
      fc.record({
        at: fc.nat(2000),
        length: fc.nat(12),
        put: fc.string({
          unit: fc.constantFrom('|', '^', '~', '\\', '&', '"', '\n', '0', '9', 'A', ' ', '\u00e9', '-'),
        }),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((held, { at, length, put }) => {
      const place = 8 + (at % Math.max(held.length - 8, 1));
      return held.slice(0, place) + put + held.slice(place + length);
    }, text),
  );

test('a mangled message never throws, and converts the same twice', () => {
  fc.assert(
    fc.property(mangled, (text) => {
      const first = converter.convertMessage(bytesOf(text));
      expect(JSON.stringify(converter.convertMessage(bytesOf(text)))).toBe(JSON.stringify(first));
    }),
    { numRuns: 400 },
  );
});

// What a message lacks may leave a resource without an element that R4 requires of it, and a period may be said to end
// before it begins; nothing else may be wrong.
const TOLERATED = /"path":"(?:[A-Za-z]+\.[A-Za-z[\]]+","rule":"element-missing"|[A-Za-z0-9.[\]]+","rule":"per-1")/;

test('whatever a mangled message becomes has no element of a wrong form', () => {
  fc.assert(
    fc.property(mangled, (text) => {
      const faults = faultsOf(converter.convertMessage(bytesOf(text))).filter((fault) => !TOLERATED.test(fault));
      expect(faults).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

const PLANTED = 'CANARYVALUE99';

test('no issue of a message tells a value of it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(400), (text, at) => {
      const fields = text.split('|');
      fields[2 + (at % Math.max(fields.length - 2, 1))] = PLANTED;
      const { issues, ...rest } = converter.convertMessage(bytesOf(fields.join('|')));
      expect(JSON.stringify(issues)).not.toContain(PLANTED);
      if (rest.state !== 'mapped') expect(JSON.stringify(rest)).not.toContain(PLANTED);
    }),
    { numRuns: 300 },
  );
});
