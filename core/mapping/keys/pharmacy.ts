import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { FindSegment } from '../env.ts';
import { conceptKey, readEi } from './identifiers.ts';
import type { KeyContext, KeyMaker } from './key.ts';

type Parts = readonly string[];

/** The order's number: the placer's, else the filler's (SEMANTICS 3.6). A dummy, such as 9999 in immunizations, is none. */
function orderNumber(segments: FindSegment, { run, isDummy }: KeyContext): Parts | undefined {
  const orc = segments('ORC');
  if (orc === undefined) return undefined;
  const number = readEi(orc, 2, run, isDummy) ?? readEi(orc, 3, run, isDummy);
  return number === undefined ? undefined : [number.namespace.token, number.value];
}

// What was ordered: as the pharmacy encoded it, else as it was requested.
function orderedCode(segments: FindSegment): Parts {
  const rxe = segments('RXE');
  const encoded = rxe === undefined ? [] : conceptKey(rxe, 2);
  const rxo = segments('RXO');
  return encoded.length > 0 || rxo === undefined ? encoded : conceptKey(rxo, 1);
}

/** Without a number only the patient, the drug and the time of the order tell two orders apart. */
function orderKey(context: KeyContext): Parts | undefined {
  const { find } = context.scope;
  const number = orderNumber(find, context);
  if (number !== undefined) return number;
  const code = orderedCode(find);
  if (code.length === 0) return undefined;
  return ['timed', context.patient, ...code, find('ORC')?.text(9).trim() ?? ''];
}

/** Id of the order of a drug (SEMANTICS 3.6). */
export function medicationOrderId(context: KeyContext): string | undefined {
  const key = orderKey(context);
  return key === undefined ? undefined : context.run.setting.id('MedicationRequest', ...key);
}

/** Id of an order as it was requested, where the message tells how the pharmacy encoded it too: that one is the order. */
export function requestedOrderId(context: KeyContext): string | undefined {
  const key = orderKey(context);
  return key === undefined ? undefined : context.run.setting.id('MedicationRequest', ...key, 'requested');
}

/** Id of a drug that needs more than a code: a child of what it is ordered, given or dispensed by (SEMANTICS 3.1). */
const drugOf =
  (holderId: KeyMaker): KeyMaker =>
  (context) => {
    const holder = holderId(context);
    return typeof holder === 'string' ? context.run.setting.id('Medication', 'of', holder) : undefined;
  };

/** Id of an administration: the order, the code and the time of RXA (SEMANTICS 3.8). */
function administrationKey(context: KeyContext): Parts | undefined {
  const rxa = own(context, 'RXA');
  if (rxa === undefined) return undefined;
  const code = conceptKey(rxa, 5);
  if (code.length === 0) return unnamed(context, rxa, 5);
  const number = orderNumber(context.scope.find, context);
  return [...(number ?? ['timed', context.patient]), ...code, rxa.text(3).trim()];
}

export function administrationId(context: KeyContext): string | undefined {
  const key = administrationKey(context);
  return key === undefined ? undefined : context.run.setting.id('MedicationAdministration', ...key);
}

export function immunizationId(context: KeyContext): string | undefined {
  const key = administrationKey(context);
  return key === undefined ? undefined : context.run.setting.id('Immunization', ...key);
}

/**
 * Id of a dispense: the order, what was dispensed and when (RXD-2, RXD-3), and the dispense's own number if it has one
 * (RXD-1 counts the fills of a prescription, HL7 v2.8.2 4A.4.5.1, and is no set id).
 */
export function dispenseId(context: KeyContext): string | undefined {
  const rxd = own(context, 'RXD');
  if (rxd === undefined) return undefined;
  const code = conceptKey(rxd, 2);
  if (code.length === 0) return unnamed(context, rxd, 2);
  const number = orderNumber(context.scope.find, context);
  const prescription = rxd.text(7).trim();
  const order =
    number ?? (prescription === '' ? ['timed', context.patient] : ['prescription', context.patient, prescription]);
  return context.run.setting.id(
    'MedicationDispense',
    ...order,
    ...code,
    rxd.text(3).trim(),
    'fill',
    rxd.text(1).trim(),
  );
}

// Without the drug nothing can be said of it; the segment is reported as left out.
function unnamed({ run }: KeyContext, segment: Hl7Segment, field: number): undefined {
  run.issue('value-dropped', `${segment.name}[${segment.occurrence}]-${field}`, 'no drug is named');
  return undefined;
}

function own(context: KeyContext, name: string): Hl7Segment | undefined {
  return context.own?.name === name ? context.own : context.scope.find(name);
}

export const orderedDrugId = drugOf(medicationOrderId);
export const requestedDrugId = drugOf(requestedOrderId);
export const dispensedDrugId = drugOf(dispenseId);
export const administeredDrugId = drugOf(administrationId);
