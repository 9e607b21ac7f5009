import { firstNumber } from './identifiers.ts';
import type { KeyContext } from './key.ts';
import { MessageFault } from './key.ts';

/**
 * Id of an appointment (SEMANTICS 3.8): the filler's number, which every message about a booked appointment carries
 * (HL7 v2.9 10.6.1.2), else the placer's. Without either nothing that is said of it later would find it again.
 */
export function appointmentId({ scope, run, isDummy }: KeyContext): string | MessageFault {
  const sch = scope.find('SCH');
  if (sch === undefined) return new MessageFault('segment-missing', 'SCH');
  const number = firstNumber(
    sch,
    [
      [2, 'filler'],
      [1, 'placer'],
    ],
    run,
    isDummy,
  );
  if (number === undefined) return new MessageFault('appointment-without-number', 'SCH-2');
  return run.setting.id('Appointment', ...number);
}

/** Id of the order that an appointment is for: as the order's own messages make it, placer else filler (SEMANTICS 3.6). */
export function scheduledOrderId({ scope, run, isDummy }: KeyContext): string | undefined {
  const sch = scope.find('SCH');
  if (sch === undefined) return undefined;
  const number = firstNumber(
    sch,
    [
      [26, 'placer'],
      [27, 'filler'],
    ],
    run,
    isDummy,
  );
  return number === undefined ? undefined : run.setting.id('ServiceRequest', ...number);
}
