import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { charsetNamed } from '../../core/hl7v2/charset.ts';
import { readDelimiters } from '../../core/hl7v2/delimiters.ts';
import { type Delimiters, escapeText, unescapeText } from '../../core/hl7v2/escape.ts';
import type { Hl7Segment } from '../../core/hl7v2/message.ts';
import { parseMessage } from '../../core/hl7v2/parse.ts';
import { formatPath, parsePath, valueAt } from '../../core/hl7v2/path.ts';

const punctuation = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
/** Four or five encoding characters behind a field separator, all different. */
const delimiters = fc
  .tuple(fc.shuffledSubarray(punctuation, { minLength: 6, maxLength: 6 }), fc.boolean())
  .map(([marks, fifth]): Delimiters => {
    const [field = '', component = '', repetition = '', mark = '', subcomponent = '', truncation = ''] = marks;
    return { field, component, repetition, escape: mark, subcomponent, truncation: fifth ? truncation : '' };
  });
const utf8 = charsetNamed('utf-8')!;
const value = fc.string({
  unit: fc.oneof(fc.constantFrom(...punctuation, '\r', '\n', 'X0D', 'é'), fc.string({ unit: 'grapheme' })),
  maxLength: 8,
});

/** segments > fields > repetitions > components > subcomponents */
type Tree = string[][][][][];
const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: 3 });
const tree: fc.Arbitrary<Tree> = fc.array(list(list(list(list(value)))), { maxLength: 4 });

function write(segments: Tree, marks: Delimiters): string {
  const stated = marks.component + marks.repetition + marks.escape + marks.subcomponent + marks.truncation;
  const lines = segments.map((fields) =>
    ['ZZZ']
      .concat(
        fields.map((repetitions) =>
          repetitions
            .map((components) =>
              components
                .map((parts) => parts.map((part) => escapeText(part, marks)).join(marks.subcomponent))
                .join(marks.component),
            )
            .join(marks.repetition),
        ),
      )
      .join(marks.field),
  );
  return [`MSH${marks.field}${stated}${marks.field}A`, ...lines].join('\r');
}

/** Reads every place of a segment and some beyond. */
function readAll(segment: Hl7Segment): void {
  for (let field = 0; field <= segment.fieldCount + 1; field++) {
    for (let repetition = 0; repetition <= segment.repetitions(field) + 1; repetition++) {
      const texts = [
        segment.text(field, repetition, 2, 2),
        segment.whole(field, repetition),
        segment.source(field, repetition),
      ];
      expect(texts.every((text) => typeof text === 'string')).toBe(true);
      expect(segment.subcomponents(field, repetition, 1)).toBeGreaterThanOrEqual(0);
    }
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the parser', () => {
  test('reads back what was written, at every place, for any encoding characters', () => {
    fc.assert(
      fc.property(tree, delimiters, (segments, marks) => {
        const parsed = parseMessage(bytesOf(write(segments, marks)), {});
        if (!parsed.ok) throw new Error(parsed.issues[0]?.code);
        const { value: message } = parsed;
        expect(message.all('ZZZ')).toHaveLength(segments.length);
        segments.forEach((fields, s) => {
          expect(message.all('ZZZ')[s]?.fieldCount).toBe(fields.length);
          fields.forEach((repetitions, f) => {
            repetitions.forEach((components, r) => {
              components.forEach((parts, c) => {
                parts.forEach((part, p) => {
                  const path = formatPath({
                    segment: 'ZZZ',
                    occurrence: s + 1,
                    field: f + 1,
                    repetition: r + 1,
                    component: c + 1,
                    subcomponent: p + 1,
                  });
                  expect(valueAt(message, path)).toBe(part);
                });
              });
            });
          });
        });
      }),
      { numRuns: 500 },
    );
  });

  test('counts the parts that were written', () => {
    fc.assert(
      fc.property(tree, delimiters, (segments, marks) => {
        const parsed = parseMessage(bytesOf(write(segments, marks)), {});
        const segment = parsed.ok ? parsed.value.first('ZZZ') : undefined;
        segments[0]?.forEach((repetitions, f) => {
          const empty =
            repetitions.length === 1 &&
            repetitions[0]?.length === 1 &&
            repetitions[0][0]?.join('') === '' &&
            repetitions[0][0].length === 1;
          expect(segment?.repetitions(f + 1)).toBe(empty ? 0 : repetitions.length);
          if (!empty && repetitions[0]!.flat(1).join('') !== '')
            expect(segment?.components(f + 1)).toBe(repetitions[0]!.length);
          if (repetitions[0]![0]!.join('') !== '')
            expect(segment?.subcomponents(f + 1, 1, 1)).toBe(repetitions[0]![0]!.length);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('answers for every mutation of a message, and every text of its answer can be read', () => {
    const base = bytesOf(
      'MSH|^~\\&|A|B|C|D|2024||ADT^A01^ADT_A01|1|P|2.5\rPID|1||1^^^H&1.2&ISO~2||X^Y\\T\\Z\rOBX|1|TX|a||\\.br\\é\r',
    );
    const mutation = fc.record({ at: fc.nat(base.length), cut: fc.nat(12), put: fc.uint8Array({ maxLength: 4 }) });
    fc.assert(
      fc.property(
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(undefined, '8859/1', 'none'),
        (mutations, charset) => {
          let bytes = base;
          for (const { at, cut, put } of mutations)
            bytes = Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + cut)]);
          const parsed = parseMessage(bytes, charset === undefined ? {} : { charset });
          if (!parsed.ok) expect(parsed.issues.length).toBeGreaterThan(0);
          else for (const segment of parsed.value.segments) readAll(segment);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('answers for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof parseMessage(bytes, {}).ok === 'boolean'),
    );
  });

  test('puts no text of a message into an issue', () => {
    const line = fc.constantFrom('SECRETVALUE', 'SECRETVALUE|1', 'PID|SECRETVALUE', 'SEC|SECRETVALUE', 'Secretvalue');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 5 }),
        fc.constantFrom('MSH|^~\\&|A', 'MSH|SECRETVALUE', 'SECRETVALUE'),
        (lines, first) => {
          const parsed = parseMessage(bytesOf([first, ...lines].join('\r')), {});
          expect(JSON.stringify(parsed.issues).toLowerCase()).not.toContain('secretvalue');
        },
      ),
    );
  });
});

describe('escapes', () => {
  test('unescaping undoes escaping for any text and any encoding characters', () => {
    fc.assert(
      fc.property(value, delimiters, (text, marks) => {
        const escaped = escapeText(text, marks);
        expect(unescapeText(escaped, marks, utf8)).toBe(text);
        for (const mark of [marks.field, marks.component, marks.repetition, marks.subcomponent, '\r', '\n']) {
          expect(escaped.includes(mark)).toBe(false);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('unescaping any text ends, and leaves a text without escape marks alone', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('\\', 'X', 'C', 'M', 'Z', '.', 'br', 'sp', '2442', '41', 'é', 'T', ' '),
          maxLength: 20,
        }),
        (text) => {
          const marks = readDelimiters('MSH|^~\\&')!;
          const made = unescapeText(text, marks, utf8);
          expect(made).not.toContain('\ufffd');
          if (!text.includes('\\')) expect(made).toBe(text);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test('a path is read as it was written', () => {
  const number = fc.integer({ min: 1, max: 999 });
  const position = fc.record(
    {
      segment: fc.constantFrom('PID', 'OBX', 'PV1', 'Z01'),
      occurrence: number,
      field: number,
      repetition: number,
      component: number,
      subcomponent: number,
    },
    { requiredKeys: ['segment', 'field', 'component'] },
  );
  fc.assert(
    fc.property(position, (at) => {
      expect(parsePath(formatPath(at))).toEqual(at);
    }),
  );
});
