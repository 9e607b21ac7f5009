import { expect, test } from 'vitest';
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

test('a text of the greatest size is read in well under a second', () => {
  const text = 'No fever, chest pain or cough; takes metformin 500 mg twice daily for diabetes. '
    .repeat(250)
    .slice(0, 20_000);
  const from = performance.now();
  expect(readText(text).entities.length).toBeGreaterThan(1000);
  expect(performance.now() - from).toBeLessThan(1000);
});
