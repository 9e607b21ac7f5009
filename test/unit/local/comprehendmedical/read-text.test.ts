import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectEntitiesAnswer } from '../../../../local/comprehendmedical/answers.ts';
import { readText } from '../../../../local/comprehendmedical/read-text.ts';
import { sentencesOf } from '../../../../local/comprehendmedical/sentences.ts';

/** Condition and procedure words with the traits that the words around give them. */
function context(text: string): Record<string, string[]> {
  const own = ['DIAGNOSIS', 'SYMPTOM', 'SIGN'];
  return Object.fromEntries(
    readText(text).entities.map(({ start, end, traits }) => [
      text.slice(start, end),
      traits.filter((trait) => !own.includes(trait)).sort(),
    ]),
  );
}

test.each([
  [
    'Father with diabetes and a history of stroke.',
    { diabetes: ['PERTAINS_TO_FAMILY'], stroke: ['PAST_HISTORY', 'PERTAINS_TO_FAMILY'] },
  ],
  ['No family history of colon cancer.', { 'colon cancer': ['NEGATION', 'PERTAINS_TO_FAMILY'] }],
  ['There is asthma in his brother.', { asthma: ['PERTAINS_TO_FAMILY'] }],
  ['The mother has brought him because he has asthma.', { asthma: [] }],
  ['History of hypertension, presents with chest pain.', { hypertension: ['PAST_HISTORY'], 'chest pain': [] }],
  ['Pneumonia has not been ruled out.', { Pneumonia: [] }],
  ['Fever, chills and cough were denied.', { Fever: ['NEGATION'], chills: ['NEGATION'], cough: ['NEGATION'] }],
  ['Fever was denied but he has chills.', { Fever: ['NEGATION'], chills: [] }],
  ['At risk for stroke.', { stroke: ['HYPOTHETICAL'] }],
  ['Concern for sepsis, hypotension noted.', { sepsis: ['LOW_CONFIDENCE'], hypotension: [] }],
  ['She does not report nausea.\n\nVomiting twice today.', { nausea: ['NEGATION'], Vomiting: [] }],
])('%s', (text, expected) => {
  expect(context(text)).toEqual(expected);
});

test('a dose without a drug that is known is kept as unmapped', () => {
  const text = 'He was given xyzamab 50 mg IV weekly.';
  expect(readText(text).unmapped.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
    ['DOSAGE', '50 mg'],
    ['ROUTE_OR_MODE', 'IV'],
    ['FREQUENCY', 'weekly'],
  ]);
});

test('abbreviations count in capitals only', () => {
  expect(context('The pe teacher has a PE.')).toEqual({ PE: [] });
});

test('a full stop in a title, a number or a sig ends no sentence', () => {
  const text = 'Seen by Dr. Jones at 3.5 h. Takes b.i.d. aspirin.\n- Plan: rest';
  expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end).trim())).toEqual([
    'Seen by Dr. Jones at 3.5 h.',
    'Takes b.i.d. aspirin.',
    '- Plan: rest',
  ]);
});

test.each([
  'No fever, chest pain or cough; takes metformin 500 mg twice daily for diabetes. ',
  'left knee pain ',
  'no denies without if ',
  'a.b-c.',
  'aspirin 5 mg ',
  '1 2 Aa Bb ',
])('20,000 characters of "%s" are read in well under a second', (piece) => {
  const text = piece.repeat(Math.ceil(20_000 / piece.length)).slice(0, 20_000);
  const from = performance.now();
  readText(text);
  expect(performance.now() - from).toBeLessThan(1500);
});

const words = [
  'No',
  'fever',
  ',',
  '.',
  '\n',
  'left',
  'knee',
  'pain',
  'aspirin',
  '81 mg',
  'daily',
  '🤕',
  'mother had',
  'Dr. Ärzte',
  'BP 120/80',
  'e\u0301',
  'sodium 140 mmol/L',
];

test('whatever the text, places are those of the words in code points, and entities do not overlap', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const letters = Array.from(text);
      const { Entities } = detectEntitiesAnswer(text, readText(text)) as { Entities: Entity[] };
      let last = 0;
      for (const entity of Entities) {
        expect(entity.BeginOffset).toBeGreaterThanOrEqual(last);
        last = entity.EndOffset;
        for (const part of [entity, ...(entity.Attributes ?? [])]) {
          expect(letters.slice(part.BeginOffset, part.EndOffset).join('')).toBe(part.Text);
          expect(part.Text).not.toBe('');
        }
      }
    }),
  );
});

interface Entity {
  readonly BeginOffset: number;
  readonly EndOffset: number;
  readonly Text: string;
  readonly Attributes?: readonly Entity[];
}
