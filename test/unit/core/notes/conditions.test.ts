import { describe, expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { render } from '../../../../core/merge/render.ts';
import { findingsOf } from '../../../../core/notes/findings.ts';
import { answersOf, attribute, detected, diagnosis, noteOf, pneumonia, sha256 } from './answering.ts';

const ports = { sha256 };

describe('a Condition from a note', () => {
  const text = '🩺 Seen today. Community acquired pneumonia of the right lower lobe.';
  const attributes = [attribute(text, 'right', 'DIRECTION'), attribute(text, 'lower lobe', 'SYSTEM_ORGAN_SITE')];
  const lesser = { Code: 'J15.9', Description: 'Unspecified bacterial pneumonia', Score: 0.5 };
  const entity = diagnosis(text, 'Community acquired pneumonia', [lesser, pneumonia], {
    traits: ['DIAGNOSIS'],
    attributes,
  });
  const found = findingsOf(noteOf(text), answersOf({ icd10: [entity] }), ports);
  const [draft] = found.resources;
  const condition = render('Condition', draft?.id ?? '', draft?.slots ?? {});

  it('stands under the root of its note, and fills only what nobody else stated', () => {
    expect(draft).toMatchObject({ type: 'Condition', root: 'DocumentReference/doc-1', authority: 1, rank: 0 });
    expect(checkResource(condition)).toEqual([]);
  });

  it('is unconfirmed, tagged as machine-made, and points to its note, patient and visit', () => {
    expect(condition).toMatchObject({
      meta: { tag: [{ system: 'urn:tributary:origin', code: 'machine-made' }] },
      clinicalStatus: { coding: [{ code: 'active' }] },
      verificationStatus: { coding: [{ code: 'unconfirmed' }] },
      subject: { reference: 'Patient/pat-1' },
      encounter: { reference: 'Encounter/enc-1' },
      evidence: [{ detail: [{ reference: 'DocumentReference/doc-1' }] }],
      recordedDate: '2024-03-01',
    });
  });

  it('has the best code alone, the words of the note and the site as worded', () => {
    expect(condition['code']).toEqual({
      coding: [
        { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J18.9', display: 'Pneumonia, unspecified organism' },
      ],
      text: 'Community acquired pneumonia',
    });
    expect(condition['bodySite']).toEqual([{ text: 'right lower lobe' }]);
  });

  it('carries confidence, model and its place in code points, also behind a character of two UTF-16 units', () => {
    expect(condition['extension']).toEqual([
      {
        url: 'urn:tributary:note-finding',
        extension: [
          { url: 'note', valueReference: { reference: 'DocumentReference/doc-1' } },
          { url: 'field', valueString: 'OBX[1]-5' },
          { url: 'begin', valueInteger: 14 },
          { url: 'end', valueInteger: 42 },
          { url: 'confidence', valueDecimal: 0.98 },
          { url: 'model', valueString: '3.3.0.20251001' },
          { url: 'conceptConfidence', valueDecimal: 0.8 },
        ],
      },
    ]);
  });

  it('has the same id again, another for another tenant, note or site', () => {
    const ids = [
      findingsOf(noteOf(text), answersOf({ icd10: [entity] }), ports),
      findingsOf(noteOf(text, { tenant: 'other' }), answersOf({ icd10: [entity] }), ports),
      findingsOf(noteOf(text, { resource: 'DocumentReference/doc-2' }), answersOf({ icd10: [entity] }), ports),
      findingsOf(noteOf(text), answersOf({ icd10: [{ ...entity, Attributes: [] }] }), ports),
    ].map((result) => result.resources[0]?.id);
    expect(ids[0]).toBe(draft?.id);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('the same finding, named again', () => {
  const text = 'Pneumonia on film. Plan: treat pneumonia.';

  it('is one Condition with both places', () => {
    const icd10 = [diagnosis(text, 'pneumonia', [pneumonia]), diagnosis(text, 'Pneumonia', [pneumonia])];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10 }), ports);
    expect(resources).toHaveLength(1);
    const condition = render('Condition', 'x', resources[0]?.slots ?? {});
    expect(condition['code']).toMatchObject({ text: 'Pneumonia' });
    expect(JSON.stringify(condition['extension']).match(/"begin","valueInteger":\d+/g)).toEqual([
      '"begin","valueInteger":0',
      '"begin","valueInteger":31',
    ]);
    expect(tally).toMatchObject({ seen: 2, produced: 1, repeated: 1 });
  });

  it('in another field of the same note adds a slot and keeps the id', () => {
    const icd10 = [diagnosis(text, 'Pneumonia', [pneumonia])];
    const one = findingsOf(noteOf(text), answersOf({ icd10 }), ports).resources[0];
    const other = findingsOf(noteOf(text, { from: 'NTE[1]-3' }), answersOf({ icd10 }), ports).resources[0];
    expect(other?.id).toBe(one?.id);
    expect(Object.keys(one?.slots ?? {})).toEqual(['finding', 'mention#OBX[1]-5']);
    const both = render('Condition', 'x', { ...one?.slots, ...other?.slots });
    expect(both['extension']).toHaveLength(2);
  });
});

describe('what is not the patient’s, not now or not sure never becomes a Condition', () => {
  const text = 'Words around pneumonia and words behind.';

  it.each([
    ['NEGATION', 'negated'],
    ['PERTAINS_TO_FAMILY', 'family'],
    ['HYPOTHETICAL', 'hypothetical'],
    ['LOW_CONFIDENCE', 'low-confidence'],
  ] as const)('%s, said by InferICD10CM, is counted as %s', (trait, omission) => {
    const icd10 = [diagnosis(text, 'pneumonia', [pneumonia], { traits: ['DIAGNOSIS', trait] })];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10 }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted[omission]).toBe(1);
    expect(tally).toMatchObject({ seen: 1, produced: 0, repeated: 0 });
  });

  it.each([
    ['NEGATION', 'negated'],
    ['PERTAINS_TO_FAMILY', 'family'],
    ['HYPOTHETICAL', 'hypothetical'],
    ['PAST_HISTORY', 'past'],
    ['FUTURE', 'future'],
  ] as const)('%s, said by DetectEntitiesV2 alone of an overlapping place, is counted as %s', (trait, omission) => {
    const icd10 = [diagnosis(text, 'pneumonia', [pneumonia], { traits: ['DIAGNOSIS'] })];
    const entities = [detected(text, 'around pneumonia', 'MEDICAL_CONDITION', 'DX_NAME', { traits: [trait] })];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10, entities }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted[omission]).toBe(1);
  });

  it('a doubt about another place does not touch it', () => {
    const icd10 = [diagnosis(text, 'pneumonia', [pneumonia])];
    const entities = [detected(text, 'words behind', 'MEDICAL_CONDITION', 'DX_NAME', { traits: ['NEGATION'] })];
    expect(findingsOf(noteOf(text), answersOf({ icd10, entities }), ports).resources).toHaveLength(1);
  });

  it('a doubt is heard even where its text is not what stands there', () => {
    const icd10 = [diagnosis(text, 'pneumonia', [pneumonia])];
    const witness = detected(text, 'pneumonia', 'MEDICAL_CONDITION', 'DX_NAME', { traits: ['PAST_HISTORY'] });
    const entities = [{ ...witness, Text: 'Pneumonia' }];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10, entities }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted).toMatchObject({ past: 1, misplaced: 1 });
  });

  it.each([
    ['an unsure mention', [pneumonia], 0.49, 'low-confidence'],
    ['an unsure code', [{ ...pneumonia, Score: 0.1 }], 0.98, 'uncoded'],
    ['a code that is none of ICD-10-CM', [{ ...pneumonia, Code: '233604007' }], 0.98, 'uncoded'],
    ['no code at all', [], 0.98, 'uncoded'],
  ] as const)('%s is counted', (_name, concepts, score, omission) => {
    const icd10 = [diagnosis(text, 'pneumonia', concepts, { score })];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10 }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted[omission]).toBe(1);
  });

  it('a mention whose words are not at its offsets is counted as misplaced', () => {
    const entity = diagnosis(text, 'pneumonia', [pneumonia]);
    const icd10 = [{ ...entity, BeginOffset: 12, EndOffset: 21 }, { ...entity, EndOffset: 900 }, { Text: 'pneumonia' }];
    const { resources, tally } = findingsOf(noteOf(text), answersOf({ icd10 }), ports);
    expect(resources).toEqual([]);
    expect(tally.omitted.misplaced).toBe(3);
  });

  it('a time expression of InferICD10CM is no finding', () => {
    const icd10 = [{ ...diagnosis(text, 'words behind', [pneumonia]), Type: 'TIME_EXPRESSION' }];
    expect(findingsOf(noteOf(text), answersOf({ icd10 }), ports).tally.seen).toBe(0);
  });
});

describe('a note in pieces', () => {
  it('places count from the start of the note, by the offset of the piece', () => {
    const text = '🩺 First. Then pneumonia.';
    const piece = 'Then pneumonia.';
    const entity = diagnosis(piece, 'pneumonia', [pneumonia]);
    const answers = { icd10: [{ offset: 9, answer: { Entities: [entity] } }], rxnorm: [], entities: [] };
    const { resources } = findingsOf(noteOf(text), answers, ports);
    expect(JSON.stringify(resources)).toContain('{"url":"begin","valueInteger":14},{"url":"end","valueInteger":23}');
  });
});
