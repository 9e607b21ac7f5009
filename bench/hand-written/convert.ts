/**
 * The yardstick of conversion: the same resources as ours for the bench messages, written by hand without tables, slots,
 * issues or provenance. It knows one sender, one zone and the fields that those messages hold.
 */
import { hash } from 'node:crypto';
import { stringifyFhir } from '../../core/mapping/fhir-json.ts';
import { components, date, dateTime, type Fields, field, segmentsOf, unescaped } from './fields.ts';
import { cwe, cx, ei, namespaceOf, quantity, repetitions, xad, xpn, xtn } from './values.ts';

type Resource = Record<string, unknown>;

interface Context {
  readonly patient: string;
  readonly patientId: string;
  readonly encounter: string;
  readonly out: Resource[];
}

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

const find = (segments: readonly Fields[], name: string): Fields =>
  segments.find((segment) => segment[0] === name) ?? [];

function id(type: string, ...key: readonly string[]): string {
  let name = '8:resource5:bench';
  name += `${type.length}:${type}`;
  for (const part of key) name += `${part.length}:${part}`;
  const hex = hash('sha256', name);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
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

function practitioner(text: string, out: Resource[]): object {
  const [number = '', family = '', given = ''] = components(text).map(unescaped);
  const namespace = namespaceOf(components(text)[8]);
  const key = id('Practitioner', namespace.token, number);
  if (!out.some((resource) => resource['id'] === key)) {
    out.push({
      resourceType: 'Practitioner',
      id: key,
      identifier: [{ system: namespace.system, value: number }],
      name: [{ family, given: [given] }],
    });
  }
  return { reference: `Practitioner/${key}`, display: `${given} ${family}` };
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

/** The parts of an id that name a concept: its code and system as sent. */
const conceptOf = (text: string): readonly string[] => {
  const [code = '', , system = ''] = components(text);
  return [code, system];
};

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

const statuses: Readonly<Record<string, string>> = { F: 'final', P: 'preliminary', C: 'corrected' };
const sections: Readonly<Record<string, string>> = { CH: 'Chemistry', HM: 'Hematology' };
const interpretations: Readonly<Record<string, string>> = { N: 'Normal', H: 'High', L: 'Low' };

function result(segments: readonly Fields[], context: Context): void {
  const obr = find(segments, 'OBR');
  const [number = '', assigner] = components(field(obr, 3));
  const parent = ['of', field(obr, 26), field(obr, 29)];
  const report = id('DiagnosticReport', namespaceOf(assigner).token, number, ...conceptOf(field(obr, 4)), ...parent);
  const order = orderOf(obr, context);
  const results: string[] = [];
  for (const segment of segments) {
    if (segment[0] === 'OBX') results.push(observation(segment, report, order, context));
  }
  const section = field(obr, 24);
  context.out.push({
    resourceType: 'DiagnosticReport',
    id: report,
    basedOn: [{ reference: order }],
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: section, display: sections[section] },
        ],
      },
    ],
    code: cwe(field(obr, 4)),
    effectiveDateTime: dateTime(field(obr, 7)),
    encounter: { reference: context.encounter },
    identifier: [ei(field(obr, 3), 'FILL'), ei(field(obr, 2), 'PLAC')],
    issued: dateTime(field(obr, 22)),
    result: results.sort().map((reference) => ({ reference })),
    status: statuses[field(obr, 25)],
    subject: { reference: context.patient },
  });
}

function orderOf(obr: Fields, { patient, encounter, out }: Context): string {
  const [number = '', assigner] = components(field(obr, 2));
  const key = id('ServiceRequest', 'placer', namespaceOf(assigner).token, number);
  out.push({
    resourceType: 'ServiceRequest',
    id: key,
    code: cwe(field(obr, 4)),
    encounter: { reference: encounter },
    identifier: [ei(field(obr, 3), 'FILL'), ei(field(obr, 2), 'PLAC')],
    intent: 'order',
    subject: { reference: patient },
    status: 'unknown',
  });
  return `ServiceRequest/${key}`;
}

function observation(obx: Fields, report: string, order: string, { patient, encounter, out }: Context): string {
  const key = id('Observation', report, 'code', ...conceptOf(field(obx, 3)), 'sub', field(obx, 4));
  const interpretation = field(obx, 8);
  const range = field(obx, 7);
  out.push({
    resourceType: 'Observation',
    id: key,
    basedOn: [{ reference: order }],
    code: cwe(field(obx, 3)),
    effectiveDateTime: dateTime(field(obx, 14)),
    encounter: { reference: encounter },
    ...(interpretation === '' ? {} : { interpretation: [interpreted(interpretation)] }),
    ...(range === '' ? {} : { referenceRange: [{ text: unescaped(range) }] }),
    status: statuses[field(obx, 11)],
    subject: { reference: patient },
    ...(field(obx, 2) === 'NM'
      ? { valueQuantity: quantity(field(obx, 5), field(obx, 6)) }
      : { valueString: unescaped(field(obx, 5)) }),
  });
  return `Observation/${key}`;
}

const interpreted = (code: string): object => ({
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
      code,
      display: interpretations[code],
    },
  ],
});

const completion: Readonly<Record<string, string>> = { LA: 'final', AU: 'final', DI: 'preliminary' };

function documentOf(segments: readonly Fields[], { patient, encounter, out }: Context): void {
  const txa = find(segments, 'TXA');
  const [number = '', assigner] = components(field(txa, 12));
  const lines = segments.filter((segment) => segment[0] === 'OBX').map((obx) => unescaped(field(obx, 5)));
  out.push({
    resourceType: 'DocumentReference',
    id: id('DocumentReference', namespaceOf(assigner).token, number),
    author: [practitioner(field(txa, 5), out)],
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: Buffer.from(lines.join('\n')).toString('base64'),
        },
      },
    ],
    context: { period: { start: dateTime(field(txa, 4)) }, encounter: [{ reference: encounter }] },
    date: dateTime(field(txa, 6)),
    docStatus: completion[field(txa, 17)],
    masterIdentifier: ei(field(txa, 12)),
    subject: { reference: patient },
    type: cwe(field(txa, 2)),
    status: 'current',
  });
}
