/** How the values of a search parameter are compared (FHIR R4, "Search", section 3.1.1). */
type SearchKind = 'token' | 'reference' | 'date' | 'string';

/** A search parameter of one resource type: its kind and the elements that it reads. */
export interface SearchParameter {
  readonly kind: SearchKind;
  readonly paths: readonly string[];
  /** Types that an id without a type may mean, and the only ones that the parameter finds. */
  readonly target?: readonly string[];
}

const token = (...paths: string[]): SearchParameter => ({ kind: 'token', paths });
const date = (...paths: string[]): SearchParameter => ({ kind: 'date', paths });
const string = (...paths: string[]): SearchParameter => ({ kind: 'string', paths });
const reference = (path: string, ...target: string[]): SearchParameter => ({
  kind: 'reference',
  paths: [path],
  ...(target.length ? { target } : {}),
});
const patient = (path = 'subject') => reference(path, 'Patient');
const encounter = (path = 'encounter') => reference(path, 'Encounter');

const identifier = token('identifier');
const about = { identifier, patient: patient(), subject: reference('subject') };
const effective = date('effectiveDateTime', 'effectivePeriod', 'effectiveInstant');
const person = {
  identifier,
  name: string('name.family', 'name.given', 'name.prefix', 'name.suffix', 'name.text'),
  family: string('name.family'),
  given: string('name.given'),
  gender: token('gender'),
};

/** What each resource type can be searched by, besides `_id` and `_lastUpdated`. Names and paths are those of FHIR R4. */
export const searchParameters: Readonly<Record<string, Readonly<Record<string, SearchParameter>>>> = {
  Patient: { ...person, birthdate: date('birthDate') },
  Practitioner: person,
  RelatedPerson: {
    identifier,
    name: person.name,
    gender: token('gender'),
    birthdate: date('birthDate'),
    patient: patient('patient'),
  },
  PractitionerRole: {
    identifier,
    practitioner: reference('practitioner', 'Practitioner'),
    organization: reference('organization', 'Organization'),
    date: date('period'),
  },
  Organization: { identifier, name: string('name', 'alias') },
  Location: { identifier, name: string('name', 'alias'), status: token('status') },
  Encounter: { ...about, status: token('status'), class: token('class'), type: token('type'), date: date('period') },
  Observation: {
    ...about,
    encounter: encounter(),
    code: token('code'),
    category: token('category'),
    status: token('status'),
    date: effective,
  },
  DiagnosticReport: {
    ...about,
    encounter: encounter(),
    code: token('code'),
    category: token('category'),
    status: token('status'),
    date: effective,
    result: reference('result', 'Observation'),
  },
  DocumentReference: {
    identifier: token('identifier', 'masterIdentifier'),
    patient: patient(),
    subject: reference('subject'),
    encounter: encounter('context.encounter'),
    type: token('type'),
    category: token('category'),
    status: token('status'),
    date: date('date'),
  },
  AllergyIntolerance: {
    identifier,
    patient: patient('patient'),
    code: token('code', 'reaction.substance'),
    category: token('category'),
    'clinical-status': token('clinicalStatus'),
    date: date('recordedDate'),
  },
  Condition: {
    ...about,
    encounter: encounter(),
    code: token('code'),
    category: token('category'),
    'clinical-status': token('clinicalStatus'),
    'verification-status': token('verificationStatus'),
    'onset-date': date('onsetDateTime', 'onsetPeriod'),
    'recorded-date': date('recordedDate'),
  },
  MedicationStatement: {
    ...about,
    context: reference('context'),
    code: token('medicationCodeableConcept'),
    category: token('category'),
    status: token('status'),
    effective: date('effectiveDateTime', 'effectivePeriod'),
  },
  MedicationRequest: {
    ...about,
    encounter: encounter(),
    code: token('medicationCodeableConcept'),
    category: token('category'),
    status: token('status'),
    authoredon: date('authoredOn'),
  },
  Procedure: {
    ...about,
    encounter: encounter(),
    code: token('code'),
    category: token('category'),
    status: token('status'),
    date: date('performedDateTime', 'performedPeriod'),
  },
  Immunization: {
    identifier,
    patient: patient('patient'),
    'vaccine-code': token('vaccineCode'),
    status: token('status'),
    date: date('occurrenceDateTime'),
  },
  ServiceRequest: {
    ...about,
    encounter: encounter(),
    code: token('code'),
    category: token('category'),
    status: token('status'),
    authored: date('authoredOn'),
    occurrence: date('occurrenceDateTime', 'occurrencePeriod'),
  },
  Coverage: {
    identifier,
    patient: patient('beneficiary'),
    beneficiary: patient('beneficiary'),
    status: token('status'),
    type: token('type'),
  },
  Specimen: {
    ...about,
    status: token('status'),
    type: token('type'),
    collected: date('collection.collectedDateTime', 'collection.collectedPeriod'),
  },
  Appointment: { identifier, patient: patient('participant.actor'), status: token('status'), date: date('start') },
  Account: { ...about, name: string('name'), status: token('status'), type: token('type') },
  Device: { identifier, patient: patient('patient'), status: token('status'), type: token('type') },
};
