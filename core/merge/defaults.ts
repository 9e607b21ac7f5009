import { applyAppointment } from './appointment.ts';

/**
 * What a resource must carry and nobody stated (SEMANTICS 1.2). Each entry is an element that R4 requires, with the code
 * that says "not known" where R4 has one. Nothing here may look like knowledge.
 */
const NULL_FLAVOR = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor';

const UNKNOWN_CODE = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown', display: 'Unknown' }],
};
const UNKNOWN = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };

// A time or an address that nobody stated: the element is there and says so.
const ABSENT = { extension: [UNKNOWN] };

type Elements = Readonly<Record<string, unknown>>;

const required: Readonly<Record<string, Elements>> = {
  Account: { status: 'unknown' },
  Encounter: { status: 'unknown', class: { system: NULL_FLAVOR, code: 'UNK', display: 'unknown' } },
  Observation: { status: 'unknown', code: UNKNOWN_CODE },
  DiagnosticReport: { status: 'unknown', code: UNKNOWN_CODE },
  // R4 offers no "unknown" here; a document that arrived and was not withdrawn is the current one.
  // R4 wants a content too, also where the message only announces the document (MDM^T01) or its file did not come.
  DocumentReference: { status: 'current', content: [{ attachment: { extension: [UNKNOWN] } }] },
  // R4 offers no "unknown" for a dose; one that is told of and neither refused nor withdrawn took place (table 0322).
  Immunization: { status: 'completed', vaccineCode: UNKNOWN_CODE },
  MedicationRequest: { status: 'unknown', intent: 'order' },
  MedicationDispense: { status: 'unknown' },
  MedicationAdministration: { status: 'unknown' },
  ChargeItem: { status: 'unknown', code: UNKNOWN_CODE },
  // R4 offers no "unknown" here either; the status is that of the record, not of the cover, and nobody withdrew it. A payor
  // that nobody named is a reference to nothing, said so.
  Coverage: { status: 'active', payor: [{ extension: [UNKNOWN] }] },
  // No "unknown" in R4; an episode that a visit names, and that nobody ended, goes on.
  EpisodeOfCare: { status: 'active' },
  // No "unknown" here either: a goal that a message lists and does not withdraw is one that is set.
  Goal: { lifecycleStatus: 'active', description: UNKNOWN_CODE },
  MedicationStatement: { status: 'unknown' },
  Procedure: { status: 'unknown' },
  // No agent is made up, and no clock is read: the same message becomes the same bytes.
  Provenance: { agent: [{ who: { extension: [UNKNOWN] } }] },
  ServiceRequest: { status: 'unknown', intent: 'order' },
};

/** The same for choices: any of the names satisfies R4, the first says that it is not known. */
const requiredChoices: Readonly<Record<string, readonly (readonly [readonly string[], string, unknown])[]>> = {
  Immunization: [[['occurrenceDateTime', 'occurrenceString'], '_occurrenceDateTime', ABSENT]],
  MedicationRequest: [
    [['medicationCodeableConcept', 'medicationReference'], 'medicationCodeableConcept', UNKNOWN_CODE],
  ],
  MedicationDispense: [
    [['medicationCodeableConcept', 'medicationReference'], 'medicationCodeableConcept', UNKNOWN_CODE],
  ],
  MedicationAdministration: [
    [['medicationCodeableConcept', 'medicationReference'], 'medicationCodeableConcept', UNKNOWN_CODE],
    [['effectiveDateTime', 'effectivePeriod'], '_effectiveDateTime', ABSENT],
  ],
};

/** What the invariants of a type demand beyond single elements. */
const completions: Readonly<Record<string, (resource: Record<string, unknown>) => void>> = {
  AllergyIntolerance: applyClinicalStatus,
  Appointment: applyAppointment,
  Condition: applyCondition,
  MedicationAdministration: applyDose,
  MessageHeader: applyHeader,
  Observation: applyComponents,
  Procedure: applyPerformers,
  Provenance: applyRecorded,
};

/** All that is asked of a type. */
interface Duties {
  readonly elements: readonly (readonly [string, unknown])[];
  readonly choices: readonly (readonly [readonly string[], string, unknown])[];
  readonly complete: ((resource: Record<string, unknown>) => void) | undefined;
}

const duties: ReadonlyMap<string, Duties> = new Map(
  [...Object.keys(required), ...Object.keys(requiredChoices), ...Object.keys(completions)].map((type) => [
    type,
    {
      elements: Object.entries(required[type] ?? {}),
      choices: requiredChoices[type] ?? [],
      complete: completions[type],
    },
  ]),
);

export function applyDefaults(type: string, resource: Record<string, unknown>): void {
  const asked = duties.get(type);
  if (asked === undefined) return;
  for (const [element, value] of asked.elements) {
    if (resource[element] === undefined) resource[element] = value;
  }
  for (const [names, element, value] of asked.choices) {
    if (names.every((name) => resource[name] === undefined)) resource[element] ??= value;
  }
  asked.complete?.(resource);
}

function applyRecorded(provenance: Record<string, unknown>): void {
  if (provenance['recorded'] === undefined) provenance['_recorded'] = ABSENT;
}

// R4 requires an event, the source's endpoint, and that of each destination.
function applyHeader(header: Record<string, unknown>): void {
  if (header['eventUri'] === undefined) header['eventCoding'] ??= UNKNOWN_CODE.coding[0];
  header['source'] = withEndpoint(header['source']);
  const destinations = header['destination'];
  if (Array.isArray(destinations)) header['destination'] = destinations.map(withEndpoint);
}

function withEndpoint(stated: unknown): Elements {
  const node = (stated ?? {}) as Elements;
  return node['endpoint'] === undefined ? { ...node, _endpoint: ABSENT } : node;
}

// Invariants ait-1 and ait-2: a clinical status is there unless the allergy was entered in error.
function applyClinicalStatus(allergy: Record<string, unknown>): void {
  if (wasError(allergy)) {
    delete allergy['clinicalStatus'];
    return;
  }
  allergy['clinicalStatus'] ??= {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  };
}

// A role whose holder could not be read is still a role: R4 asks who it was.
function applyPerformers(procedure: Record<string, unknown>): void {
  const performers = procedure['performer'];
  if (!Array.isArray(performers) || performers.every((performer: Elements) => performer['actor'] !== undefined)) return;
  procedure['performer'] = performers.map((performer: Elements) => ({ actor: { extension: [UNKNOWN] }, ...performer }));
}

// Each component says what was observed.
function applyComponents(observation: Record<string, unknown>): void {
  const components = observation['component'];
  if (!Array.isArray(components) || components.every((component: Elements) => component['code'] !== undefined)) return;
  observation['component'] = components.map((component: Elements) => ({ code: UNKNOWN_CODE, ...component }));
}

const wasError = ({ verificationStatus }: Record<string, unknown>): boolean =>
  // It is seldom told.
  verificationStatus !== undefined && JSON.stringify(verificationStatus).includes('"entered-in-error"');

const OVER = ['inactive', 'remission', 'resolved'];

// Invariants con-4 and con-5: what ended is not active, and what was entered in error has no course.
function applyCondition(condition: Record<string, unknown>): void {
  if (condition['clinicalStatus'] !== undefined && !isOver(condition['clinicalStatus']))
    delete condition['abatementDateTime'];
  if (wasError(condition)) {
    delete condition['clinicalStatus'];
    delete condition['abatementDateTime'];
  }
}

function isOver(clinicalStatus: unknown): boolean {
  const course = JSON.stringify(clinicalStatus);
  return OVER.some((code) => course.includes(`"${code}"`));
}

// Invariant mad-1: a dosage has a dose or a rate; one that tells the route alone, or the dose in words, says so.
function applyDose(administration: Record<string, unknown>): void {
  const dosage = administration['dosage'] as Record<string, unknown> | undefined;
  if (dosage === undefined || ['dose', 'rateRatio', 'rateQuantity'].some((name) => name in dosage)) return;
  administration['dosage'] = { ...dosage, dose: { extension: [UNKNOWN] } };
}
