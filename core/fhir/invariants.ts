import { inOrder, isDateTime } from './calendar.ts';
import { type Fields, listOf, objectOf, textOf } from './fields.ts';

/**
 * An invariant of R4 by its published key; `holds` is only asked of an object of its type, and not even of that where it
 * is sure to hold: where none of the elements in `where` is there, if it names any, or one of those in `spared` is.
 */
export interface Invariant {
  readonly key: string;
  readonly holds: (value: Fields) => boolean;
  readonly where: readonly string[];
  readonly spared: readonly string[];
}

type Holds = Invariant['holds'];

const ucum = 'http://unitsofmeasure.org';
const conditionClinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const conditionVerification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const allergyVerification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

const has = (value: Fields, name: string): boolean => value[name] !== undefined;

/** Whether a choice (`value[x]`) is taken. */
function hasChoice(value: Fields, name: string): boolean {
  for (const key in value) {
    if (key.startsWith(name) && isUpper(key.charCodeAt(name.length)) && has(value, key)) return true;
  }
  return false;
}

const isUpper = (unit: number): boolean => unit >= 65 && unit <= 90;

/** An invariant that is asked where one of these elements is there; everywhere, if none is named. */
const of = (key: string, holds: Holds, ...where: readonly string[]): Invariant => ({ key, holds, where, spared: [] });

const hasAny = (value: Fields, names: readonly string[]): boolean => names.some((name) => has(value, name));

const anyOf = (key: string, ...names: readonly string[]): Invariant => ({
  key,
  holds: (value) => hasAny(value, names),
  where: [],
  spared: names,
});

/** `name` may stand only beside `other`. */
const needs = (key: string, name: string, other: string): Invariant => ({
  key,
  holds: (value) => !has(value, name) || has(value, other),
  where: [name],
  spared: [other],
});

const notBoth = (key: string, one: string, other: string): Invariant =>
  of(key, (value) => !(has(value, one) && has(value, other)), one);

function notNegative(key: string, name: string): Invariant {
  const holds = (value: Fields): boolean => {
    const number = numberOf(value[name]);
    return number === undefined || number >= 0;
  };
  return of(key, holds, name);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const tagged = objectOf(value)?.['$decimal'];
  return typeof tagged === 'string' ? Number(tagged) : undefined;
}

function hasCoding(concept: unknown, system: string, codes: readonly string[]): boolean {
  return listOf(objectOf(concept)?.['coding']).some((item) => {
    const coding = objectOf(item);
    return coding?.['system'] === system && codes.includes(textOf(coding['code']));
  });
}

function noneAtHome(value: Fields): boolean {
  const contacts = listOf(value['telecom']).concat(listOf(value['address']));
  return contacts.every((item) => objectOf(item)?.['use'] !== 'home');
}

function obs7(observation: Fields): boolean {
  if (!has(observation, 'component') || !hasChoice(observation, 'value')) return true;
  const own = new Set(codingKeys(observation['code']));
  return !listOf(observation['component']).some((item) =>
    codingKeys(objectOf(item)?.['code']).some((key) => own.has(key)),
  );
}

function codingKeys(concept: unknown): readonly string[] {
  return listOf(objectOf(concept)?.['coding']).map((coding) => JSON.stringify(coding));
}

function per1(period: Fields): boolean {
  const { start, end } = period as { start?: unknown; end?: unknown };
  if (typeof start !== 'string' || typeof end !== 'string') return true;
  return !isDateTime(start) || !isDateTime(end) || inOrder(start, end);
}

function rng2(range: Fields): boolean {
  const low = numberOf(objectOf(range['low'])?.['value']);
  const high = numberOf(objectOf(range['high'])?.['value']);
  return low === undefined || high === undefined || low <= high;
}

function rat1(ratio: Fields): boolean {
  return has(ratio, 'numerator') === has(ratio, 'denominator') && hasAny(ratio, ['numerator', 'extension']);
}

function con4(condition: Fields): boolean {
  if (!hasChoice(condition, 'abatement')) return true;
  return hasCoding(condition['clinicalStatus'], conditionClinical, ['resolved', 'remission', 'inactive']);
}

const isWithdrawn = (value: Fields, system: string): boolean =>
  hasCoding(value['verificationStatus'], system, ['entered-in-error']);

const ait1: Holds = (value) => has(value, 'clinicalStatus') || isWithdrawn(value, allergyVerification);

// A time that is there for an extension alone (why it is not known) exists, as FHIRPath counts.
const isTimed = (appointment: Fields, name: string): boolean => has(appointment, name) || has(appointment, `_${name}`);

function app3(appointment: Fields): boolean {
  if (isTimed(appointment, 'start') && isTimed(appointment, 'end')) return true;
  return ['proposed', 'cancelled', 'waitlist'].includes(textOf(appointment['status']));
}

function tim9(repeat: Fields): boolean {
  if (!has(repeat, 'offset')) return true;
  const when = listOf(repeat['when']);
  return when.length > 0 && !when.some((code) => ['C', 'CM', 'CD', 'CV'].includes(textOf(code)));
}

const inUcum = (value: Fields): boolean => !has(value, 'system') || value['system'] === ucum;
const unitCoded = (value: Fields): boolean => (has(value, 'code') || !has(value, 'value')) && inUcum(value);

function age1(age: Fields): boolean {
  const number = numberOf(age['value']);
  return unitCoded(age) && (number === undefined || number > 0);
}

function entriesWith(bundle: Fields, name: string, types: readonly string[]): boolean {
  const expected = types.includes(textOf(bundle['type']));
  const history = bundle['type'] === 'history';
  return listOf(bundle['entry']).every((entry) => has(objectOf(entry) ?? {}, name) === (expected || history));
}

function firstIs(bundle: Fields, type: string, resourceType: string): boolean {
  if (bundle['type'] !== type) return true;
  const first = objectOf(listOf(bundle['entry'])[0]);
  return objectOf(first?.['resource'])?.['resourceType'] === resourceType;
}

function bdl7(bundle: Fields): boolean {
  if (bundle['type'] === 'history') return true;
  const keys = listOf(bundle['entry']).flatMap((item) => {
    const entry = objectOf(item);
    if (entry?.['fullUrl'] === undefined) return [];
    const version = objectOf(objectOf(entry['resource'])?.['meta'])?.['versionId'];
    return [JSON.stringify([entry['fullUrl'], version])];
  });
  return new Set(keys).size === keys.length;
}

function bdl9(bundle: Fields): boolean {
  const identifier = objectOf(bundle['identifier']) ?? {};
  return bundle['type'] !== 'document' || (has(identifier, 'system') && has(identifier, 'value'));
}

const qty3 = needs('qty-3', 'code', 'system');

/** By type or backbone: the invariants that are checked, as R4 publishes them with severity error. */
export const invariants: ReadonlyMap<string, readonly Invariant[]> = new Map<string, readonly Invariant[]>([
  [
    'Observation',
    [
      of('obs-6', (v) => !(has(v, 'dataAbsentReason') && hasChoice(v, 'value')), 'dataAbsentReason'),
      of('obs-7', obs7, 'component'),
    ],
  ],
  ['Observation.referenceRange', [anyOf('obs-3', 'low', 'high', 'text')]],
  ['Patient.contact', [anyOf('pat-1', 'name', 'telecom', 'address', 'organization')]],
  ['Period', [of('per-1', per1, 'end')]],
  ['Attachment', [needs('att-1', 'data', 'contentType')]],
  ['ContactPoint', [needs('cpt-2', 'value', 'system')]],
  ['Quantity', [qty3]],
  ['SimpleQuantity', [qty3]],
  ['Age', [qty3, of('age-1', age1)]],
  ['Distance', [qty3, of('dis-1', unitCoded)]],
  ['Count', [qty3, of('cnt-3', (v) => unitCoded(v) && (!has(v, 'code') || v['code'] === '1'))]],
  ['Duration', [qty3, of('drt-1', (v) => !has(v, 'code') || (v['system'] === ucum && has(v, 'value')))]],
  ['Ratio', [of('rat-1', rat1)]],
  ['Range', [of('rng-2', rng2)]],
  ['Organization', [anyOf('org-1', 'identifier', 'name'), of('org-2', noneAtHome, 'telecom', 'address')]],
  [
    'Condition',
    [
      of('con-4', con4, 'abatement[x]'),
      of('con-5', (v) => !(isWithdrawn(v, conditionVerification) && has(v, 'clinicalStatus')), 'verificationStatus'),
    ],
  ],
  ['Condition.stage', [anyOf('con-1', 'summary', 'assessment')]],
  ['Condition.evidence', [anyOf('con-2', 'code', 'detail')]],
  [
    'AllergyIntolerance',
    [
      { key: 'ait-1', holds: ait1, where: [], spared: ['clinicalStatus'] },
      of('ait-2', (v) => !(isWithdrawn(v, allergyVerification) && has(v, 'clinicalStatus')), 'verificationStatus'),
    ],
  ],
  ['FamilyMemberHistory', [of('fhs-1', (v) => !(hasChoice(v, 'age') && hasChoice(v, 'born')))]],
  ['Immunization.education', [anyOf('imm-1', 'documentType', 'reference')]],
  ['MedicationAdministration.dosage', [of('mad-1', (v) => has(v, 'dose') || hasChoice(v, 'rate'))]],
  ['ServiceRequest', [needs('prr-1', 'orderDetail', 'code')]],
  [
    'Appointment',
    [
      of('app-2', (v) => isTimed(v, 'start') === isTimed(v, 'end')),
      of('app-3', app3),
      of(
        'app-4',
        (v) => !has(v, 'cancelationReason') || v['status'] === 'noshow' || v['status'] === 'cancelled',
        'cancelationReason',
      ),
    ],
  ],
  ['Appointment.participant', [anyOf('app-1', 'type', 'actor')]],
  [
    'Timing.repeat',
    [
      needs('tim-1', 'duration', 'durationUnit'),
      needs('tim-2', 'period', 'periodUnit'),
      notNegative('tim-4', 'duration'),
      notNegative('tim-5', 'period'),
      needs('tim-6', 'periodMax', 'period'),
      needs('tim-7', 'durationMax', 'duration'),
      needs('tim-8', 'countMax', 'count'),
      of('tim-9', tim9, 'offset'),
      notBoth('tim-10', 'timeOfDay', 'when'),
    ],
  ],
  ['Expression', [anyOf('exp-1', 'expression', 'reference')]],
  ['Extension', [of('ext-1', (v) => has(v, 'extension') !== hasChoice(v, 'value'))]],
  [
    'Bundle',
    [
      of('bdl-1', (v) => !has(v, 'total') || v['type'] === 'searchset' || v['type'] === 'history', 'total'),
      of('bdl-3', (v) => entriesWith(v, 'request', ['batch', 'transaction'])),
      of('bdl-4', (v) => entriesWith(v, 'response', ['batch-response', 'transaction-response'])),
      of('bdl-7', bdl7),
      of('bdl-9', bdl9),
      of('bdl-10', (v) => v['type'] !== 'document' || has(v, 'timestamp')),
      of('bdl-11', (v) => firstIs(v, 'document', 'Composition')),
      of('bdl-12', (v) => firstIs(v, 'message', 'MessageHeader')),
    ],
  ],
  ['Bundle.entry', [anyOf('bdl-5', 'resource', 'request', 'response')]],
]);
