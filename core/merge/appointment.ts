const UNKNOWN_CODE = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown', display: 'Unknown' }],
};
const ABSENT = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

type Elements = Readonly<Record<string, unknown>>;

const MAY_LACK_TIME = ['proposed', 'cancelled', 'waitlist'];

/**
 * R4 offers no unknown status: an appointment that was announced with a time and not withdrawn is booked, one without a time
 * is proposed. Its other duties are the invariants app-1 to app-4.
 */
export function applyAppointment(appointment: Record<string, unknown>): void {
  const has = (name: string): boolean => appointment[name] !== undefined;
  appointment['status'] ??= has('start') || has('end') ? 'booked' : 'proposed';
  const status = String(appointment['status']);
  if (status !== 'cancelled') delete appointment['cancelationReason'];
  if (has('start') || has('end') || !MAY_LACK_TIME.includes(status)) {
    for (const name of ['start', 'end']) if (!has(name)) appointment[`_${name}`] = ABSENT;
  }
  const participants = (appointment['participant'] ?? [{}]) as readonly Elements[];
  appointment['participant'] = participants.map(takingPart);
}

// Nobody has answered as far as is known: R4 has no code that says less.
function takingPart(participant: Elements): Elements {
  const isNamed = participant['actor'] !== undefined || participant['type'] !== undefined;
  return { status: 'needs-action', ...(isNamed ? {} : { type: [UNKNOWN_CODE] }), ...participant };
}
