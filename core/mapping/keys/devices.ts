import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { Run } from '../run.ts';
import { readEi } from './identifiers.ts';

type IsDummy = (value: string) => boolean;

/** Id of a device that took part: PRT-10, its number or its whole UDI (HL7 v2.9 7.4.4.10). */
export function deviceId(prt: Hl7Segment, run: Run, isDummy: IsDummy): string | undefined {
  const number = readEi(prt, 10, run, isDummy);
  return number === undefined ? undefined : run.setting.id('Device', number.namespace.token, number.value);
}

/**
 * Id of the organization that performed a result, OBX-23: XON.10, else XON.3, with its authority XON.6, so that it is the
 * one to which the result's performer refers; none without an authority (SEMANTICS 3.8).
 */
export function performingOrganizationId(obx: Hl7Segment, run: Run): string | undefined {
  const number = [obx.text(23, 1, 10).trim(), obx.text(23, 1, 3).trim()].find((text) => text !== '');
  const name = obx.text(23, 1, 6).trim();
  if (number === undefined || name === '') return undefined;
  const { namespaces } = run.setting;
  const { system } = namespaces.of({
    name,
    universal: obx.text(23, 1, 6, 2).trim(),
    kind: obx.text(23, 1, 6, 3).trim(),
  });
  return run.setting.id('Organization', namespaces.tokenOf(system), number);
}
