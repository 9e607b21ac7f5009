/**
 * The yardstick of conversion: the same resources as ours for the bench messages, written by hand without tables, slots,
 * issues or provenance. It knows one sender, one zone and the fields that those messages hold.
 */
import { stringifyFhir } from '../../core/mapping/fhir-json.ts';
import { type Context, conceptOf, find, id, practitioner, type Resource } from './context.ts';
import { components, date, dateTime, type Fields, field, segmentsOf, unescaped } from './fields.ts';
import { documentOf, result } from './results.ts';
import { cwe, cx, namespaceOf, repetitions, xad, xpn, xtn } from './values.ts';

/** Bytes of a message to bytes of NDJSON. */
export function convertByHand(bytes: Uint8Array): Uint8Array {
  const resources = resourcesByHand(bytes);
  let text = '';
  for (const resource of resources) text += `${stringifyFhir(resource)}\n`;
  return Buffer.from(text);
}

export function resourcesByHand(bytes: Uint8Array): Resource[] {
  const segments = segmentsOf(bytes);
  const event = components(field(segments[0] as Fields, 8));
  const out: Resource[] = [];
  const patient = patientOf(find(segments, 'PID'), out);
  const patientId = patient.slice('Patient/'.length);
  const encounter = encounterOf(find(segments, 'PV1'), patient, diagnosesOf(segments, patientId), out);
  const context = { patient, patientId, encounter, out };
  if (event[0] === 'ADT') admission(segments, context);
  else if (event[0] === 'ORU') result(segments, context);
  else documentOf(segments, context);
  return out;
}

const genders: Readonly<Record<string, string>> = { F: 'female', M: 'male', O: 'other', U: 'unknown' };

function patientOf(pid: Fields, out: Resource[]): string {
  const identifiers = repetitions(pid, 3);
  const [number = '', , , authority] = components(identifiers.find((text) => components(text)[4] === 'MR') ?? '');
  const key = id('Patient', namespaceOf(authority).token, number);
  const birthDate = date(field(pid, 7));
  const gender = genders[field(pid, 8)];
  out.push({
    resourceType: 'Patient',
    id: key,
    address: repetitions(pid, 11).map(xad),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
    identifier: identifiers.map(cx),
    name: repetitions(pid, 5).map(xpn),
    telecom: repetitions(pid, 13).map(xtn),
  });
  return `Patient/${key}`;
}

const classes: Readonly<Record<string, readonly [string, string]>> = {
  I: ['IMP', 'Inpatient'],
  O: ['AMB', 'Ambulatory'],
  E: ['EMER', 'Emergency'],
};

function encounterOf(pv1: Fields, patient: string, diagnosis: readonly object[], out: Resource[]): string {
  const [number = '', , , authority] = components(field(pv1, 19));
  const key = id('Encounter', namespaceOf(authority).token, number);
  const [code = 'IMP', display = ''] = classes[field(pv1, 2)] ?? [];
  const start = dateTime(field(pv1, 44));
  out.push({
    resourceType: 'Encounter',
    id: key,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code, display },
    ...(diagnosis.length > 0 ? { diagnosis } : {}),
    identifier: [cx(field(pv1, 19))],
    location: [
      {
        location: {
          display: components(field(pv1, 3))
            .filter((part) => part !== '')
            .join(', '),
        },
      },
    ],
    participant: [{ individual: practitioner(field(pv1, 7), out), type: [attender] }],
    ...(start === undefined ? {} : { period: { start } }),
    serviceType: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/service-type', code: '382', display: 'Medical Services' },
      ],
    },
    subject: { reference: patient },
    status: 'in-progress',
  });
  return `Encounter/${key}`;
}

const attender = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND', display: 'attender' }],
};
const active = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
};
const categories: Readonly<Record<string, string>> = { DA: 'medication', FA: 'food', EA: 'environment' };
const severities: Readonly<Record<string, string>> = { SV: 'severe', MO: 'moderate', MI: 'mild' };

function allergy(al1: Fields, { patient, patientId, out }: Context): void {
  const type = field(al1, 2);
  out.push({
    resourceType: 'AllergyIntolerance',
    id: id('AllergyIntolerance', patientId, ...conceptOf(field(al1, 3)), 'type', type),
    category: [categories[type]],
    clinicalStatus: active,
    code: cwe(field(al1, 3)),
    patient: { reference: patient },
    reaction: [{ manifestation: [{ text: unescaped(field(al1, 5)) }], severity: severities[field(al1, 4)] }],
    type: 'allergy',
  });
}

const encounterDiagnosis = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/condition-category',
      code: 'encounter-diagnosis',
      display: 'Encounter Diagnosis',
    },
  ],
};
const roles: Readonly<Record<string, readonly [string, string]>> = {
  A: ['AD', 'Admission Diagnosis'],
  F: ['DD', 'Discharge diagnosis'],
};

function diagnosisId(dg1: Fields, patientId: string): string {
  return id('Condition', patientId, ...conceptOf(field(dg1, 3)), 'type', field(dg1, 6));
}

function condition(dg1: Fields, { patient, patientId, encounter, out }: Context): void {
  out.push({
    resourceType: 'Condition',
    id: diagnosisId(dg1, patientId),
    category: [encounterDiagnosis],
    code: cwe(field(dg1, 3)),
    encounter: { reference: encounter },
    onsetDateTime: dateTime(field(dg1, 5)),
    subject: { reference: patient },
  });
}

function diagnosesOf(segments: readonly Fields[], patientId: string): object[] {
  return segments
    .filter((segment) => segment[0] === 'DG1')
    .map((dg1) => {
      const [code = '', display = ''] = roles[field(dg1, 6)] ?? [];
      return {
        condition: { reference: `Condition/${diagnosisId(dg1, patientId)}` },
        use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code, display }] },
      };
    })
    .sort((a, b) => (a.condition.reference < b.condition.reference ? -1 : 1));
}

function admission(segments: readonly Fields[], context: Context): void {
  for (const segment of segments) {
    if (segment[0] === 'AL1') allergy(segment, context);
    else if (segment[0] === 'DG1') condition(segment, context);
  }
}
