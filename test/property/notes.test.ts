import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../core/fhir/check.ts';
import { render } from '../../core/merge/render.ts';
import type { Entity } from '../../core/notes/answers.ts';
import { codePointsOf, cutText } from '../../core/notes/cut.ts';
import { findingsOf } from '../../core/notes/findings.ts';

const prose = fc
  .array(
    fc.oneof(
      fc.constantFrom('. ', ' ', '\n', '\n\n', 'Dr. ', 'b.i.d. ', '? ', '🩺', 'ä', '."'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join(''));

describe('cutting a note', () => {
  it('joins back to the text, keeps both limits, splits no code point and counts its offsets', () => {
    fc.assert(
      fc.property(
        prose,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 4, max: 90 }),
        (text, codePoints, bytes) => {
          const pieces = cutText(text, { codePoints, bytes });
          expect(pieces.map((piece) => piece.text).join('')).toBe(text);
          let offset = 0;
          for (const piece of pieces) {
            expect(piece.offset).toBe(offset);
            expect(codePointsOf(piece.text)).toBe(Array.from(piece.text).length);
            expect(codePointsOf(piece.text)).toBeLessThanOrEqual(codePoints);
            expect(new TextEncoder().encode(piece.text).length).toBeLessThanOrEqual(bytes);
            expect(piece.text.length).toBeGreaterThan(0);
            offset += codePointsOf(piece.text);
          }
          expect(offset).toBe(Array.from(text).length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const traits = ['NEGATION', 'PERTAINS_TO_FAMILY', 'HYPOTHETICAL', 'FUTURE', 'PAST_HISTORY', 'LOW_CONFIDENCE'];
const text = 'Some note about a cough, a fever, metformin 500 mg and hemoglobin 13.2 g/dL as written today.';

/** Entities of any kind at any place of the text, some of them nowhere, with any traits and scores. */
const entity: fc.Arbitrary<Entity> = fc
  .record({
    begin: fc.integer({ min: 0, max: text.length - 1 }),
    length: fc.integer({ min: 1, max: 12 }),
    placed: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
    kind: fc.constantFrom(
      { Category: 'MEDICAL_CONDITION', Type: 'DX_NAME' },
      { Category: 'MEDICATION', Type: 'GENERIC_NAME' },
      { Category: 'TEST_TREATMENT_PROCEDURE', Type: 'TEST_NAME' },
    ),
    traits: fc.subarray(['DIAGNOSIS', ...traits], { maxLength: 2 }),
    score: fc.double({ min: 0.2, max: 1, noNaN: true }),
    code: fc.constantFrom('good', 'good', 'nonsense'),
  })
  .map(({ begin, length, placed, kind, traits: names, score, code }) => ({
    ...kind,
    BeginOffset: begin,
    EndOffset: begin + length,
    Text: placed ? text.slice(begin, begin + length) : 'elsewhere',
    Score: score,
    Traits: names.map((Name) => ({ Name })),
    Attributes: [
      { Type: 'TEST_VALUE', BeginOffset: text.indexOf('13.2'), EndOffset: text.indexOf('13.2') + 4, Text: '13.2' },
    ],
    ICD10CMConcepts: kind.Type === 'DX_NAME' ? [{ Code: code === 'good' ? 'J18.9' : code, Score: score }] : undefined,
    RxNormConcepts:
      kind.Type === 'GENERIC_NAME' ? [{ Code: code === 'good' ? '6809' : code, Score: score }] : undefined,
  })) as fc.Arbitrary<Entity>;

const ports = { sha256: (value: string): string => createHash('sha256').update(value).digest('hex') };
const note = {
  tenant: 't',
  resource: 'Observation/o',
  root: 'DiagnosticReport/r',
  patient: 'Patient/p',
  from: 'NTE[1]-3',
  text,
};

describe('findings of any answers', () => {
  it('stand as FHIR, are all counted, do not hang on the order of the answers, and none lies where a doubt lies', () => {
    const entities = fc.array(entity, { maxLength: 4 });
    let made = 0;
    fc.assert(
      fc.property(entities, entities, entities, (icd10, rxnorm, detected) => {
        const answers = (reverse: boolean) => ({
          icd10: [{ offset: 0, answer: { Entities: reverse ? icd10.toReversed() : icd10 } }],
          rxnorm: [{ offset: 0, answer: { Entities: rxnorm } }],
          entities: [{ offset: 0, answer: { Entities: detected } }],
        });
        const { resources, tally } = findingsOf(note, answers(false), ports);
        made += resources.length;
        const omitted = Object.values(tally.omitted).reduce((sum, count) => sum + count, 0);
        expect(tally.produced + tally.repeated + omitted).toBe(tally.seen);
        expect(new Set(resources.map((one) => one.id)).size).toBe(resources.length);
        expect(
          findingsOf(note, answers(true), ports)
            .resources.map((one) => one.id)
            .sort(),
        ).toEqual(resources.map((one) => one.id).sort());
        const doubts = detected.filter((one) => one.Traits?.some((trait) => traits.includes(trait.Name ?? '')));
        for (const draft of resources) {
          const resource = render(draft.type, draft.id, draft.slots);
          expect(checkResource(resource)).toEqual([]);
          const mentions = resource['extension'] as { extension: { url: string; valueInteger?: number }[] }[];
          for (const { extension } of mentions) {
            const [begin = 0, end = 0] = ['begin', 'end'].map(
              (url) => extension.find((one) => one.url === url)?.valueInteger,
            );
            expect(doubts.some((one) => (one.BeginOffset ?? 0) < end && begin < (one.EndOffset ?? 0))).toBe(false);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(20);
  });
});
