import type { ResourceDraft } from '../merge/statement.ts';
import type { Sha256 } from '../ports.ts';
import type { NoteAnswers } from './answers.ts';
import { conditionFinding } from './conditions.ts';
import { draftsOf, type Finding } from './draft.ts';
import { medicationFinding } from './medications.ts';
import { type Mention, mentionsOf } from './mention.ts';
import type { NoteContext } from './note.ts';
import { observationFindings } from './observations.ts';
import { defaultThresholds, omissionOf, type Thresholds } from './screen.ts';
import { type FindingTally, type Omission, tallyOf } from './tally.ts';

/** What the notes' machine made of one note. */
export interface NoteFindings {
  readonly resources: readonly ResourceDraft[];
  readonly tally: FindingTally;
}

/** What a mention came to: findings, or the reason why there are none. */
type Verdict = readonly Finding[] | Omission;

/**
 * Turns Comprehend Medical's answers for a note into Conditions (InferICD10CM), MedicationStatements (InferRxNorm) and
 * Observations (tests with a value of DetectEntitiesV2). Each points to its note, carries the service's confidence and
 * its place in the note, and is tagged as machine-made. What is negated, of the family, hypothetical, planned, past or
 * uncertain is counted only; see `tally.ts`. The same answers give the same resources. All three operations must have
 * answered for the whole note: only DetectEntitiesV2 knows what is past.
 */
export function findingsOf(
  note: NoteContext,
  answers: NoteAnswers,
  ports: { readonly sha256: Sha256 },
  limits: Thresholds = defaultThresholds,
): NoteFindings {
  const points = Array.from(note.text);
  const icd10 = mentionsOf(points, answers.icd10);
  const drugs = mentionsOf(points, answers.rxnorm);
  const entities = mentionsOf(points, answers.entities);
  const screened = (mention: Mention, make: () => Verdict): Verdict =>
    omissionOf(mention, entities.witnesses, limits) ?? make();

  const verdicts = [
    ...icd10.mentions.filter(isDiagnosis).map((one) => screened(one, () => coded(conditionFinding(note, one, limits)))),
    ...drugs.mentions.filter(isDrug).map((one) => screened(one, () => coded(medicationFinding(note, one, limits)))),
    ...entities.mentions.filter(isTest).map((one) => screened(one, () => valued(observationFindings(note, one)))),
  ];
  const misplaced = icd10.misplaced + drugs.misplaced + entities.misplaced;
  const omitted = [...verdicts.filter(isOmission), ...Array.from({ length: misplaced }, (): Omission => 'misplaced')];
  const findings = verdicts.flatMap((verdict) => (isOmission(verdict) ? [] : verdict));
  const resources = draftsOf(note, findings, ports.sha256);
  return { resources, tally: tallyOf(omitted, findings.length, resources.length) };
}

const coded = (finding: Finding | undefined): Verdict => (finding === undefined ? 'uncoded' : [finding]);
const valued = (findings: readonly Finding[]): Verdict => (findings.length === 0 ? 'without-value' : findings);
const isOmission = (verdict: Verdict): verdict is Omission => typeof verdict === 'string';

/** InferICD10CM names times too; they are no conditions. */
const isDiagnosis = (mention: Mention): boolean =>
  mention.category === 'MEDICAL_CONDITION' && mention.type === 'DX_NAME';

const isDrug = (mention: Mention): boolean =>
  mention.category === 'MEDICATION' && (mention.type === 'GENERIC_NAME' || mention.type === 'BRAND_NAME');

const isTest = (mention: Mention): boolean =>
  mention.category === 'TEST_TREATMENT_PROCEDURE' && mention.type === 'TEST_NAME';
