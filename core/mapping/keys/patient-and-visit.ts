import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { AcceptedIdentifier, CompiledFeed } from '../compiled-feed.ts';
import type { FindSegment } from '../env.ts';
import type { Run } from '../run.ts';
import type { KeyValue } from './identifiers.ts';
import { readCx } from './identifiers.ts';

type IsDummy = (value: string) => boolean;

/** Id of the patient by the feed's ordered list of accepted identifiers (SEMANTICS 3.3); undefined when none is there. */
export function patientId(
  pid: Hl7Segment,
  run: Run,
  accepted: readonly AcceptedIdentifier[],
  isDummy: IsDummy,
  fieldOf: (wanted: AcceptedIdentifier) => number = ({ field }) => Number(field.slice(4)),
): string | undefined {
  for (const wanted of accepted) {
    const key = find(pid, fieldOf(wanted), wanted, run, isDummy);
    if (key !== undefined) return run.setting.id('Patient', key.namespace.token, key.value);
  }
  return undefined;
}

function find(
  pid: Hl7Segment,
  field: number,
  wanted: AcceptedIdentifier,
  run: Run,
  isDummy: IsDummy,
): KeyValue | undefined {
  const count = pid.repetitions(field);
  for (let at = 1; at <= count; at += 1) {
    if (wanted.type !== '' && pid.text(field, at, 5).trim() !== wanted.type) continue;
    if (wanted.authority !== '' && !isFrom(pid, field, at, wanted.authority)) continue;
    const key = readCx(pid, field, at, run, isDummy);
    if (key !== undefined) return key;
  }
  return undefined;
}

function isFrom(pid: Hl7Segment, field: number, at: number, authority: string): boolean {
  return pid.text(field, at, 4).trim() === authority || pid.text(field, at, 4, 2).trim() === authority;
}

/** Id of the visit by the feed's key list (SEMANTICS 3.5); a key scoped to the patient is unique only with it. */
export function visitId(
  segments: FindSegment,
  run: Run,
  visit: CompiledFeed['visit'],
  isDummy: IsDummy,
  patient: string,
): string | undefined {
  for (const key of visit.keys) {
    const [name = '', field = ''] = key.split('-');
    const segment = segments(name);
    const value = segment === undefined ? undefined : readCx(segment, Number(field), 1, run, isDummy);
    if (value === undefined) continue;
    const scope = visit.scope === 'patient' ? [patient] : [];
    return run.setting.id('Encounter', value.namespace.token, value.value, ...scope);
  }
  return undefined;
}

/** Id of an episode of care: its number (PV1-54). */
export function episodeId(segments: FindSegment, run: Run, isDummy: IsDummy): string | undefined {
  const pv1 = segments('PV1');
  const number = pv1 === undefined ? undefined : readCx(pv1, 54, 1, run, isDummy);
  return number === undefined ? undefined : run.setting.id('EpisodeOfCare', number.namespace.token, number.value);
}
