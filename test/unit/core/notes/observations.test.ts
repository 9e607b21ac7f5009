import { describe, expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { type Resource, render } from '../../../../core/merge/render.ts';
import type { Attribute } from '../../../../core/notes/answers.ts';
import { findingsOf } from '../../../../core/notes/findings.ts';
import type { NoteContext } from '../../../../core/notes/note.ts';
import { answersOf, attribute, detected, noteOf, sha256 } from './answering.ts';

const ports = { sha256 };
const test = (text: string, words: string, attributes: readonly Attribute[], traits: readonly string[] = []) =>
  detected(text, words, 'TEST_TREATMENT_PROCEDURE', 'TEST_NAME', { attributes, traits });

function observationsOf(
  text: string,
  entities: ReturnType<typeof test>[],
  change: Partial<NoteContext> = {},
): Resource[] {
  const { resources } = findingsOf(noteOf(text, change), answersOf({ entities }), ports);
  return resources.map((draft) => render(draft.type, draft.id, draft.slots));
}

describe('an Observation from a note', () => {
  const text = 'Hemoglobin 13.2 g/dL today.';
  const [observation] = observationsOf(text, [
    test(text, 'Hemoglobin', [attribute(text, '13.2', 'TEST_VALUE'), attribute(text, 'g/dL', 'TEST_UNIT')]),
  ]);

  it('is preliminary, has the words as code, and a quantity whose unit is worded and not coded', () => {
    expect(observation).toMatchObject({
      resourceType: 'Observation',
      status: 'preliminary',
      code: { text: 'Hemoglobin' },
      valueQuantity: { value: 13.2, unit: 'g/dL' },
      meta: { tag: [{ code: 'machine-made' }] },
      subject: { reference: 'Patient/pat-1' },
      encounter: { reference: 'Encounter/enc-1' },
      derivedFrom: [{ reference: 'DocumentReference/doc-1' }],
    });
    expect(observation?.['valueQuantity']).toEqual({ value: 13.2, unit: 'g/dL' });
    expect(observation).not.toHaveProperty('effectiveDateTime');
    expect(checkResource(observation)).toEqual([]);
  });

  it.each([
    ['>5', 'mmol/L', '>5 mmol/L'],
    ['120/80', 'mmHg', '120/80 mmHg'],
    ['elevated', '', 'elevated'],
    ['7', '', '7'],
  ])('a value of %s %s stays text', (value, unit, expected) => {
    const words = `Result ${value} ${unit}.`;
    const units = unit === '' ? [] : [attribute(words, unit, 'TEST_UNITS')];
    const [one] = observationsOf(words, [test(words, 'Result', [attribute(words, value, 'TEST_VALUE'), ...units])]);
    expect(one).toMatchObject({ valueString: expected });
    expect(checkResource(one)).toEqual([]);
  });

  it('a quantity keeps the digits of the note', () => {
    const words = 'Saturation 98.00 %.';
    const attributes = [attribute(words, '98.00', 'TEST_VALUE'), attribute(words, '%', 'TEST_UNIT')];
    const [one] = observationsOf(words, [test(words, 'Saturation', attributes)]);
    expect(one?.['valueQuantity']).toEqual({ value: { $decimal: '98.00' }, unit: '%' });
    expect(checkResource(one)).toEqual([]);
  });

  it('two values of one test are two Observations, each with the unit behind it', () => {
    const twice = 'Potassium 3.1 mmol/L, then 3.9 mmol/L.';
    const attributes = [
      attribute(twice, '3.1', 'TEST_VALUE'),
      attribute(twice, 'mmol/L', 'TEST_UNIT', 1),
      attribute(twice, '3.9', 'TEST_VALUE'),
      attribute(twice, 'mmol/L', 'TEST_UNIT', 2),
    ];
    const found = observationsOf(twice, [test(twice, 'Potassium', attributes)]);
    expect(found.map((one) => one['valueQuantity'])).toEqual([
      { value: 3.1, unit: 'mmol/L' },
      { value: 3.9, unit: 'mmol/L' },
    ]);
  });

  it('a test without a value, and one that is negated or planned, is counted', () => {
    const words = 'CT head planned, no troponin 5, chest film.';
    const entities = [
      test(words, 'CT head', [attribute(words, 'planned', 'TEST_VALUE')], ['FUTURE']),
      test(words, 'troponin', [attribute(words, '5', 'TEST_VALUE')], ['NEGATION']),
      test(words, 'chest film', []),
    ];
    const { resources, tally } = findingsOf(noteOf(words), answersOf({ entities }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted).toMatchObject({ future: 1, negated: 1, 'without-value': 1 });
  });

  it('of a note held by a resource it may not derive from still points to it by its extension', () => {
    const entities = [test(text, 'Hemoglobin', [attribute(text, '13.2', 'TEST_VALUE')])];
    const [one] = observationsOf(text, entities, {
      resource: 'DiagnosticReport/rep-1',
      root: 'DiagnosticReport/rep-1',
    });
    expect(one).not.toHaveProperty('derivedFrom');
    expect(JSON.stringify(one?.['extension'])).toContain('DiagnosticReport/rep-1');
    expect(checkResource(one)).toEqual([]);
  });
});
