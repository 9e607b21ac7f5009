import type { GroupNode } from '../../hl7v2/grammar.ts';
import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { FindSegment } from '../env.ts';
import type { Run } from '../run.ts';
import type { Scope } from '../scope.ts';
import { conceptKey, readCx, readEi, readEip } from './identifiers.ts';

type IsDummy = (value: string) => boolean;

/**
 * Id of an order: the placer's number, else the filler's (SEMANTICS 3.6). ORC goes before OBR, since a message about the
 * order alone has no OBR. Without a number only the patient, the service and the time it is wanted tell two orders apart.
 */
export function orderId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const carriers = ['ORC', 'OBR'].flatMap((name) => segments(name) ?? []);
  for (const [field, role] of [
    [2, 'placer'],
    [3, 'filler'],
  ] as const) {
    for (const segment of carriers) {
      const number = readEi(segment, field, run, isDummy);
      if (number !== undefined) return run.setting.id('ServiceRequest', role, number.namespace.token, number.value);
    }
  }
  const obr = segments('OBR');
  const service = obr === undefined ? [] : conceptKey(obr, 4);
  if (obr === undefined || service.length === 0) return undefined;
  return run.setting.id('ServiceRequest', 'timed', patient, ...service, obr.text(6).trim(), obr.text(7).trim());
}

/** An order that an order message states; two services under one number are never merged (SEMANTICS 3.9). */
export function statedOrderId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const id = orderId(segments, run, isDummy, patient);
  const obr = segments('OBR');
  if (id === undefined) run.issue('order-without-key', segments('ORC') === undefined ? 'OBR-2' : 'ORC-2');
  if (id === undefined || obr === undefined) return id;
  return isOne(run, `ServiceRequest/${id}`, conceptKey(obr, 4), `OBR[${obr.occurrence}]-4`) ? id : undefined;
}

/**
 * Id of a specimen that SPM states: its placer's number, else its filler's (SPM-2); else its accession (SPM-30) and type;
 * else the order or report it belongs to, its type and the time it was taken. Never SPM-1, which is a set id.
 */
export function specimenId(spm: Hl7Segment, scope: Scope, run: Run, isDummy: IsDummy): string | undefined {
  const type = conceptKey(spm, 4);
  const id =
    numberedSpecimen(spm, type, run, isDummy) ?? heldSpecimen(scope, run, [...type, 'at', spm.text(17).trim()]);
  if (id === undefined) return undefined;
  return isOne(run, `Specimen/${id}`, type, `SPM[${spm.occurrence}]-4`) ? id : undefined;
}

function numberedSpecimen(spm: Hl7Segment, type: readonly string[], run: Run, isDummy: IsDummy): string | undefined {
  for (const [component, role] of [
    [1, 'placer'],
    [2, 'filler'],
  ] as const) {
    const number = readEip(spm, 2, component, run, isDummy);
    if (number !== undefined) return run.setting.id('Specimen', role, number.namespace.token, number.value);
  }
  const accession = readCx(spm, 30, 1, run, isDummy);
  if (accession === undefined) return undefined;
  return run.setting.id('Specimen', 'accession', accession.namespace.token, accession.value, ...type);
}

/** Id of a specimen that only OBR-9 to OBR-15 tell of: the order or report is what it has. With an SPM there is none. */
export function requestedSpecimenId(scope: Scope, run: Run): string | undefined {
  if (scope.find('SPM') !== undefined || holds(scope.node, 'SPM')) return undefined;
  return heldSpecimen(scope, run, ['requested']);
}

function heldSpecimen(scope: Scope, run: Run, key: readonly string[]): string | undefined {
  const holder = scope.made('ServiceRequest') ?? scope.made('DiagnosticReport') ?? scope.made('Patient');
  return holder === undefined ? undefined : run.setting.id('Specimen', 'of', holder.key, ...key);
}

function holds(node: GroupNode, name: string): boolean {
  return node.segments.some((segment) => segment.name === name) || node.groups.some((group) => holds(group, name));
}

// What stands under an id must be the same thing each time the message names it; what nobody says contradicts nothing.
function isOne(run: Run, key: string, what: readonly string[], path: string): boolean {
  const [code = ''] = what;
  const known = run.things.get(key) ?? '';
  if (known !== '' && code !== '' && known !== code) {
    run.issue('id-collision', path);
    return false;
  }
  if (known === '') run.things.set(key, code);
  return true;
}
