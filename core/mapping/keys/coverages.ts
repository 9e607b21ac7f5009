import type { Hl7Segment } from '../../hl7v2/message.ts';
import { nameKey, numberKey } from './accounts.ts';
import { conceptKey } from './identifiers.ts';
import type { KeyContext, KeyMaker } from './key.ts';
import { visitId } from './patient-and-visit.ts';

const stated = (segment: Hl7Segment, field: number): string => {
  const text = segment.text(field).trim();
  return text === '""' ? '' : text;
};

/** Id of a coverage: IN1-2, 3 and 36 with the patient (SEMANTICS 3.8); without any of them the name of the insurer. */
function coverageId(in1: Hl7Segment, context: KeyContext): string | undefined {
  const plan = conceptKey(in1, 2);
  const company = numberKey(in1, 3, context);
  const policy = stated(in1, 36);
  const id = (...key: readonly string[]): string => context.run.setting.id('Coverage', context.patient, ...key);
  if (plan.length > 0 || company.length > 0 || policy !== '') return id(...plan, 'of', ...company, 'policy', policy);
  const name = stated(in1, 4).toUpperCase();
  return name === '' ? undefined : id('named', name);
}

export const coverage: KeyMaker = (context) =>
  context.own === undefined ? undefined : coverageId(context.own, context);

/** Id of the coverage that a financial class speaks of (PV1-20): the visit, else the patient, and the class as sent. */
export const financialClass: KeyMaker = ({ scope, run, feed, isDummy, patient }) => {
  const pv1 = scope.find('PV1');
  const code = pv1 === undefined ? '' : stated(pv1, 20);
  if (code === '') return undefined;
  const visit = visitId(scope.find, run, feed.visit, isDummy, patient);
  return run.setting.id('Coverage', 'financial-class', visit ?? patient, code);
};

/** Id of the insurer: IN1-3 if it names its authority; otherwise the insurer is only shown (SEMANTICS 3.8). */
export const payor: KeyMaker = (context) => {
  const in1 = context.scope.find('IN1');
  if (in1 === undefined || (in1.text(3, 1, 4).trim() === '' && in1.text(3, 1, 4, 2).trim() === '')) return undefined;
  const number = numberKey(in1, 3, context);
  return number.length === 0 ? undefined : context.run.setting.id('Organization', ...number);
};

/** Id of the insured person: the patient with the name, so that two people of one policy are never one. */
export const insured: KeyMaker = ({ scope, run, patient }) => {
  const in1 = scope.find('IN1');
  const name = in1 === undefined ? '' : nameKey(in1, 16);
  return name === '' ? undefined : run.setting.id('RelatedPerson', patient, 'insured', 'named', name);
};

/** Id of the case managers of a coverage; each certification has its own (IN3-2). */
export const caseManagers: KeyMaker = (context) => {
  const in1 = context.scope.find('IN1');
  const of = in1 === undefined ? undefined : coverageId(in1, context);
  if (context.own === undefined || of === undefined) return undefined;
  return context.run.setting.id('CareTeam', of, 'certification', ...numberKey(context.own, 2, context));
};
