/** Small resources that stand, for tests to break. */
export type Resource = Readonly<Record<string, unknown>>;

export const patient: Resource = {
  resourceType: 'Patient',
  id: '8f3c1d52-0000-8000-8000-000000000001',
  identifier: [{ system: 'urn:oid:1.2.3', value: '100' }],
  name: [{ use: 'official', family: 'Doe', given: ['Jane', 'Q'] }],
  telecom: [{ system: 'phone', value: '555-0100', use: 'home' }],
  gender: 'female',
  birthDate: '1970-02-28',
  deceasedBoolean: false,
};

export const observation: Resource = {
  resourceType: 'Observation',
  id: 'obs-1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '718-7' }], text: 'Haemoglobin' },
  subject: { reference: 'Patient/8f3c1d52-0000-8000-8000-000000000001' },
  effectiveDateTime: '2024-02-29T10:11:12.5+05:30',
  issued: '2024-02-29T10:11:12Z',
  valueQuantity: { value: 13.2, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
  referenceRange: [{ low: { value: 12 }, high: { value: 16 }, text: '12-16' }],
};

export const encounter: Resource = {
  resourceType: 'Encounter',
  id: 'enc-1',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: 'Patient/1' },
  period: { start: '2024-01-01T10:00:00+02:00', end: '2024-01-01T08:00:00Z' },
};

export const diagnosticReport: Resource = {
  resourceType: 'DiagnosticReport',
  id: 'rep-1',
  status: 'preliminary',
  code: { text: 'Chest X-ray' },
  subject: { reference: 'Patient/1' },
  result: [{ reference: 'Observation/obs-1' }],
  presentedForm: [{ contentType: 'text/plain; charset=utf-8', data: 'YWJjZA==' }],
};
