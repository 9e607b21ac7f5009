import { readEi } from './identifiers.ts';
import type { KeyContext } from './key.ts';
import { MessageFault } from './key.ts';

/**
 * Id of an appointment (SEMANTICS 3.8): the filler's number, which every message about a booked appointment carries
 * (HL7 v2.9 10.6.1.2), else the placer's. Without either nothing that is said of it later would find it again.
 */
export function appointmentId({ scope, run, isDummy }: KeyContext): string | MessageFault {
  const sch = scope.find('SCH');
  if (sch === undefined) return new MessageFault('segment-missing', 'SCH');
  for (const [field, role] of [
    [2, 'filler'],
    [1, 'placer'],
  ] as const) {
    const number = readEi(sch, field, run, isDummy);
    if (number !== undefined) return run.setting.id('Appointment', role, number.namespace.token, number.value);
  }
  return new MessageFault('appointment-without-number', 'SCH-2');
}

/** Id of the order that an appointment is for: as the order's own messages make it, placer else filler (SEMANTICS 3.6). */
export function scheduledOrderId({ scope, run, isDummy }: KeyContext): string | undefined {
  const sch = scope.find('SCH');
  if (sch === undefined) return undefined;
  for (const [field, role] of [
    [26, 'placer'],
    [27, 'filler'],
  ] as const) {
    const number = readEi(sch, field, run, isDummy);
    if (number !== undefined) return run.setting.id('ServiceRequest', role, number.namespace.token, number.value);
  }
  return undefined;
}
