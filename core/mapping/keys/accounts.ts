import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { KeyValue } from './identifiers.ts';
import { conceptKey, readCx } from './identifiers.ts';
import type { KeyContext, KeyMaker } from './key.ts';

/** A number in a field of type CX as an id takes it; empty when it is not there. */
export function numberKey(segment: Hl7Segment | undefined, field: number, context: KeyContext): readonly string[] {
  const number: KeyValue | undefined =
    segment === undefined ? undefined : readCx(segment, field, 1, context.run, context.isDummy);
  return number === undefined ? [] : [number.namespace.token, number.value];
}

/** A name of type XPN as an id takes it: family, given and suffix as sent, in one case; '' when there is none. */
export function nameKey(segment: Hl7Segment, field: number): string {
  const parts = [segment.text(field), segment.text(field, 1, 2), segment.text(field, 1, 4)];
  return parts
    .map((part) => (part === '""' ? '' : part.trim().toUpperCase()))
    .join(' ')
    .trim();
}

/** Id of a guarantor: the patient with GT1-2, else with the name, since people are never told apart by a set id. */
export const guarantor: KeyMaker = (context) => {
  const { own, patient, run } = context;
  const name = own === undefined ? '' : nameKey(own, 3);
  if (own === undefined || name === '') return undefined;
  const number = numberKey(own, 2, context);
  const key = number.length === 0 ? ['named', name] : ['number', ...number];
  return run.setting.id('RelatedPerson', patient, 'guarantor', ...key);
};

/**
 * Id of a charge: the patient with the transaction number (FT1-2), since senders differ in how widely it counts; else with
 * what was charged and when (SEMANTICS 3.8). A charge that names neither is not told from another, and not made.
 */
export const charge: KeyMaker = (context) => {
  const { own, patient, run } = context;
  if (own === undefined) return undefined;
  const number = numberKey(own, 2, context);
  if (number.length > 0) return run.setting.id('ChargeItem', patient, 'number', ...number);
  const code = [...conceptKey(own, 7), ...conceptKey(own, 25)];
  return code.length === 0 ? undefined : run.setting.id('ChargeItem', patient, ...code, 'at', own.source(4).trim());
};
