import { describe, expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { render } from '../../../../core/merge/render.ts';
import type { Concept } from '../../../../core/notes/answers.ts';
import { findingsOf } from '../../../../core/notes/findings.ts';
import { answersOf, attribute, detected, drug, noteOf, sha256 } from './answering.ts';

const metformin: Concept = { Code: '6809', Description: 'metformin', Score: 0.9 };
const ports = { sha256 };

describe('a MedicationStatement from a note', () => {
  const text = 'Takes metformin 500 mg by mouth twice daily. Metformin 500 mg by mouth twice daily continued.';
  const attributes = (nth: number) => [
    attribute(text, 'twice daily', 'FREQUENCY', nth),
    attribute(text, '500 mg', 'DOSAGE', nth),
    attribute(text, 'by mouth', 'ROUTE_OR_MODE', nth),
  ];
  const rxnorm = [
    drug(text, 'metformin', [metformin], { attributes: attributes(1) }),
    drug(text, 'Metformin', [metformin], { attributes: attributes(2) }),
  ];
  const { resources, tally } = findingsOf(noteOf(text), answersOf({ rxnorm }), ports);
  const statement = render('MedicationStatement', resources[0]?.id ?? '', resources[0]?.slots ?? {});

  it('has the RxNorm code, the dosage in the words and order of the note, once, and both places', () => {
    expect(resources).toHaveLength(1);
    expect(statement).toMatchObject({
      status: 'unknown',
      medicationCodeableConcept: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '6809', display: 'metformin' }],
        text: 'metformin',
      },
      dosage: [{ text: '500 mg by mouth twice daily' }],
    });
    expect(statement['extension']).toHaveLength(2);
    expect(tally).toMatchObject({ seen: 2, produced: 1, repeated: 1 });
  });

  it('points to its note, patient and visit, and stands', () => {
    expect(statement).toMatchObject({
      subject: { reference: 'Patient/pat-1' },
      context: { reference: 'Encounter/enc-1' },
      derivedFrom: [{ reference: 'DocumentReference/doc-1' }],
      dateAsserted: '2024-03-01',
    });
    expect(checkResource(statement)).toEqual([]);
  });

  it('needs neither a visit nor a date nor a dosage', () => {
    const { encounter: _encounter, date: _date, ...bare } = noteOf('On metformin.');
    const found = findingsOf(bare, answersOf({ rxnorm: [drug('On metformin.', 'metformin', [metformin])] }), ports);
    const rendered = render('MedicationStatement', 'x', found.resources[0]?.slots ?? {});
    expect(Object.keys(rendered)).not.toEqual(expect.arrayContaining(['context', 'dateAsserted', 'dosage']));
    expect(checkResource(rendered)).toEqual([]);
  });
});

describe('a drug that is not taken is never stated as one', () => {
  const text = 'Was on metformin until May.';

  it.each([
    ['NEGATION', 'negated'],
    ['PAST_HISTORY', 'past'],
  ] as const)('%s by InferRxNorm is counted as %s', (trait, omission) => {
    const rxnorm = [drug(text, 'metformin', [metformin], { traits: [trait] })];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ rxnorm }), ports);
    expect([resources, tally.omitted[omission]]).toEqual([[], 1]);
  });

  it.each([
    ['PERTAINS_TO_FAMILY', 'family'],
    ['HYPOTHETICAL', 'hypothetical'],
    ['FUTURE', 'future'],
  ] as const)('%s, which only DetectEntitiesV2 knows of drugs, is counted as %s', (trait, omission) => {
    const rxnorm = [drug(text, 'metformin', [metformin])];
    const entities = [detected(text, 'metformin', 'MEDICATION', 'GENERIC_NAME', { traits: [trait] })];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ rxnorm, entities }), ports);
    expect([resources, tally.omitted[omission]]).toEqual([[], 1]);
  });

  it('an allergen is counted, not taken', () => {
    const allergic = 'Allergic to penicillin.';
    const penicillin: Concept = { Code: '7980', Description: 'penicillin G', Score: 0.8 };
    const entities = [detected(allergic, 'Allergic to penicillin', 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'ALLERGIES')];
    const rxnorm = [drug(allergic, 'penicillin', [penicillin])];
    const { resources, tally } = findingsOf(noteOf(allergic), answersOf({ rxnorm, entities }), ports);
    expect([resources, tally.omitted.allergy]).toEqual([[], 1]);
  });

  it('a code that is none of RxNorm is counted as uncoded', () => {
    const rxnorm = [drug(text, 'metformin', [{ ...metformin, Code: 'J18.9' }])];
    expect(findingsOf(noteOf(text), answersOf({ rxnorm }), ports).tally.omitted.uncoded).toBe(1);
  });
});
