import type { KeyKind } from '../plan-shape.ts';
import { charge, guarantor } from './accounts.ts';
import { allergyId, diagnosisId, documentId, parentDocumentId, procedureId, reportId } from './clinical.ts';
import { caseManagers, coverage, financialClass, insured, payor } from './coverages.ts';
import { deviceId, performingOrganizationId } from './devices.ts';
import { accident, death } from './incidents.ts';
import type { KeyMaker } from './key.ts';
import { MessageFault } from './key.ts';
import { orderId, requestedSpecimenId, specimenId, statedOrderId } from './orders.ts';
import { episodeId, patientId, visitId } from './patient-and-visit.ts';
import { personKeys } from './people.ts';
import {
  administeredDrugId,
  administrationId,
  dispensedDrugId,
  dispenseId,
  immunizationId,
  medicationOrderId,
  orderedDrugId,
  requestedDrugId,
  requestedOrderId,
} from './pharmacy.ts';
import { accountId, priorPatientId, priorVisitId } from './prior.ts';
import { goalId, problemId } from './problems.ts';
import { providerId, providerOrganizationId, providerPlace, providerRoleId, referralId } from './referrals.ts';
import { appointmentId, scheduledOrderId } from './scheduling.ts';

const patient: KeyMaker = ({ scope, run, feed, isDummy }) => {
  const pid = scope.find('PID');
  if (pid === undefined) return new MessageFault('segment-missing', 'PID');
  return patientId(pid, run, feed.patient, isDummy) ?? new MessageFault('no-patient-id', 'PID-3');
};

const visit: KeyMaker = ({ scope, run, feed, isDummy, patient }) => {
  if (scope.find('PV1') === undefined) return undefined;
  const id = visitId(scope.find, run, feed.visit, isDummy, patient);
  if (id === undefined) run.issue('encounter-without-key', 'PV1-19');
  return id;
};

const procedure: KeyMaker = ({ own, scope, run, feed, isDummy, patient }) => {
  const around = visitId(scope.find, run, feed.visit, isDummy, patient) ?? patient;
  return own === undefined ? undefined : procedureId(own, run, isDummy, around);
};

/** How each kind of resource gets its id (SEMANTICS 3.3 to 3.8). */
export const keyMakers: Readonly<Record<KeyKind, KeyMaker>> = {
  patient,
  visit,
  report: ({ scope, run, isDummy, patient }) => reportId(scope.find, run, isDummy, patient),
  // Observations are counted in their units (make-observations.ts).
  observation: () => undefined,
  document: ({ scope, run, isDummy, patient }) => documentId(scope.find, run, isDummy, patient),
  allergy: ({ own, scope, run, isDummy, patient }) => {
    const segment = own ?? scope.find('IAM');
    return segment === undefined ? undefined : allergyId(segment, run, isDummy, patient);
  },
  diagnosis: ({ own, run, isDummy, patient }) =>
    own === undefined ? undefined : diagnosisId(own, run, isDummy, patient),
  made: ({ scope, as }) => scope.made(as)?.id,
  ...personKeys,
  'medication-order': medicationOrderId,
  'ordered-drug': orderedDrugId,
  'requested-order': requestedOrderId,
  'requested-drug': requestedDrugId,
  'dispensed-drug': dispensedDrugId,
  'administered-drug': administeredDrugId,
  dispense: dispenseId,
  administration: administrationId,
  immunization: immunizationId,
  account: ({ scope, run, isDummy }) => accountId(scope.find('PID'), 18, run, isDummy),
  'prior-patient': ({ scope, run, feed, isDummy }) => priorPatientId(scope.find('MRG'), run, feed.patient, isDummy),
  'prior-visit': ({ scope, run, feed, isDummy, patient }) => priorVisitId(scope, run, feed, isDummy, patient),
  'prior-account': ({ scope, run, isDummy }) => accountId(scope.find('MRG'), 3, run, isDummy),
  order: ({ scope, run, isDummy, patient }) => statedOrderId(scope.find, run, isDummy, patient),
  // Several results may answer one order, each of another service: they refer to it.
  'answered-order': ({ scope, run, isDummy, patient }) => orderId(scope.find, run, isDummy, patient),
  specimen: ({ scope, run, isDummy }) => {
    const spm = scope.find('SPM');
    return spm === undefined ? undefined : specimenId(spm, scope, run, isDummy);
  },
  'requested-specimen': ({ scope, run }) => requestedSpecimenId(scope, run),
  guarantor,
  coverage,
  'financial-class': financialClass,
  payor,
  insured,
  'case-managers': caseManagers,
  episode: ({ scope, run, isDummy }) => episodeId(scope.find, run, isDummy),
  procedure,
  charge,
  appointment: appointmentId,
  'scheduled-order': scheduledOrderId,
  'parent-document': ({ scope, run, isDummy }) => parentDocumentId(scope.find, run, isDummy),
  problem: ({ scope, run, isDummy, patient }) => problemId(scope.find, run, isDummy, patient),
  goal: ({ scope, run, isDummy, patient }) => goalId(scope.find, run, isDummy, patient),
  referral: referralId,
  provider: providerId,
  'provider-role': providerRoleId,
  'provider-organization': providerOrganizationId,
  'provider-place': providerPlace,
  accident,
  death,
  device: ({ own, run, isDummy }) => (own === undefined ? undefined : deviceId(own, run, isDummy)),
  'performing-organization': ({ scope, run }) => {
    const obx = scope.find('OBX');
    return obx === undefined ? undefined : performingOrganizationId(obx, run);
  },
};

/** Several groups of a message may name one of these: the first of them states it, the others refer to it. */
export const namedAgain: ReadonlySet<string> = new Set([
  ...['order', 'answered-order', 'specimen', 'requested-specimen'],
  ...['medication-order', 'ordered-drug', 'requested-order', 'requested-drug'],
  ...['dispense', 'dispensed-drug', 'administration', 'administered-drug'],
]);
