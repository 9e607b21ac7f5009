import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { AcceptedIdentifier, CompiledFeed, VisitKeyField } from '../compiled-feed.ts';
import type { Run } from '../run.ts';
import type { Scope } from '../scope.ts';
import { readCx } from './identifiers.ts';
import { patientId } from './patient-and-visit.ts';

type IsDummy = (value: string) => boolean;

/** MRG holds the former value of each field of PID and PV1 that names something (HL7 v2.9 3.4.9). */
const BEFORE: Readonly<Record<AcceptedIdentifier['field'] | VisitKeyField, number>> = {
  'PID-2': 4,
  'PID-3': 1,
  'PID-18': 3,
  'PV1-19': 5,
  'PV1-50': 6,
};

/** Id of the patient that MRG names, by the identifiers that the feed accepts of any patient (SEMANTICS 3.3, 7.1). */
export function priorPatientId(
  mrg: Hl7Segment | undefined,
  run: Run,
  accepted: readonly AcceptedIdentifier[],
  isDummy: IsDummy,
): string | undefined {
  return mrg === undefined ? undefined : patientId(mrg, run, accepted, isDummy, ({ field }) => BEFORE[field]);
}

/**
 * Id of the visit that MRG names. It is read from the field that matches the one by which the message names its visit:
 * two numbers of different kinds do not tell that one became the other.
 */
export function priorVisitId(
  scope: Scope,
  run: Run,
  { visit, patient: accepted }: CompiledFeed,
  isDummy: IsDummy,
  patient: string,
): string | undefined {
  const mrg = scope.find('MRG');
  const key = visit.keys.find((field) => readKey(scope, field, run, isDummy) !== undefined);
  if (mrg === undefined || key === undefined) return undefined;
  const value = readCx(mrg, BEFORE[key], 1, run, isDummy);
  if (value === undefined) return undefined;
  const owner = visit.scope === 'patient' ? [priorPatientId(mrg, run, accepted, isDummy) ?? patient] : [];
  return run.setting.id('Encounter', value.namespace.token, value.value, ...owner);
}

function readKey(scope: Scope, key: VisitKeyField, run: Run, isDummy: IsDummy): unknown {
  const [name = '', field = ''] = key.split('-');
  const segment = scope.find(name);
  return segment === undefined ? undefined : readCx(segment, Number(field), 1, run, isDummy);
}

/** Id of an account by its number (PID-18, MRG-3). */
export function accountId(
  segment: Hl7Segment | undefined,
  field: number,
  run: Run,
  isDummy: IsDummy,
): string | undefined {
  const value = segment === undefined ? undefined : readCx(segment, field, 1, run, isDummy);
  return value === undefined ? undefined : run.setting.id('Account', value.namespace.token, value.value);
}
