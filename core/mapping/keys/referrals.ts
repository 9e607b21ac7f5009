import type { GroupNode } from '../../hl7v2/grammar.ts';
import type { Hl7Segment } from '../../hl7v2/message.ts';
import { NULL } from '../place.ts';
import type { Run } from '../run.ts';
import { conceptKey, firstNumber } from './identifiers.ts';
import type { KeyContext } from './key.ts';
import { alreadyMade, organizationNumber } from './people.ts';

/**
 * Id of a referral: the number that its originator gave it (RF1-6), which stays the same when it is passed on, else that
 * of the provider referred to (RF1-11); else the patient, the type of the referral and its date (HL7 v2.8.2 11.8.1).
 */
export function referralId({ scope, run, isDummy, patient }: KeyContext): string | undefined {
  const rf1 = scope.find('RF1');
  if (rf1 === undefined) return undefined;
  const number = firstNumber(
    rf1,
    [
      [6, 'originating'],
      [11, 'external'],
    ],
    run,
    isDummy,
  );
  if (number !== undefined) return run.setting.id('ServiceRequest', 'referral', ...number);
  const service = conceptKey(rf1, 3);
  const date = valued(rf1.text(9)) || valued(rf1.text(7));
  if (service.length > 0 && date !== '') return run.setting.id('ServiceRequest', 'referral', patient, ...service, date);
  run.issue('order-without-key', 'RF1-6');
  return undefined;
}

const valued = (text: string): string => (text.trim() === NULL ? '' : text.trim());

/** Kinds of number that one authority gives in the whole country, so that the kind names it (tables 0338 and 0203). */
const NATIONAL: ReadonlySet<string> = new Set(['NPI', 'UPIN', 'DEA']);

/**
 * The first number of a PLN field that identifies somebody: of a national kind, of a kind that the feed lists among its
 * authorities, or with the state that gave it (PLN.3). The licences of two states may bear one number.
 */
function licence(segment: Hl7Segment, field: number, run: Run): readonly string[] {
  for (let at = 1; at <= segment.repetitions(field); at += 1) {
    const [value = '', kind = '', state = ''] = [1, 2, 3].map((part) => valued(segment.text(field, at, part)));
    if (value === '' || kind === '') continue;
    const namespace = run.setting.namespaces.of({ name: kind, universal: '', kind: '' });
    if (state !== '' || namespace.known || NATIONAL.has(kind))
      return [namespace.token, namespace.normalise(value), ...(state === '' ? [] : ['of', state])];
  }
  return [];
}

/** Id of a provider of a referral (PRD-7), which is that of the same person where XCN names them (SEMANTICS 3.8). */
export function providerId({ scope, run }: KeyContext): string | undefined {
  const prd = scope.find('PRD');
  const number = prd === undefined ? [] : licence(prd, 7, run);
  return number.length === 0 ? undefined : run.setting.id('Practitioner', ...number);
}

/** Id of the organization of a provider (PRD-10), where something refers to it (SEMANTICS 3.8). */
export function providerOrganizationId({ scope, run }: KeyContext): string | undefined {
  const prd = scope.find('PRD');
  return prd === undefined ? undefined : alreadyMade('Organization', organizationNumber(prd, 10, run), run);
}

/** Id of what a provider is at an organization or a place: of the person, and of that by its number, else as it is named. */
export function providerRoleId({ scope, run }: KeyContext): string | undefined {
  const prd = scope.find('PRD');
  const person = prd === undefined ? [] : licence(prd, 7, run);
  if (prd === undefined || person.length === 0) return undefined;
  const number = organizationNumber(prd, 10, run);
  const at = number.length > 0 ? number : [valued(prd.text(10)).toUpperCase()];
  return run.setting.id('PractitionerRole', ...person, 'at', ...at, 'in', prd.whole(4, 1).trim());
}

/**
 * Place of a provider among those of the same role (PRD-1): whoever is told there replaces whom an older message told. It
 * counts inside one message, and never enters an id.
 */
export function providerPlace({ scope }: KeyContext): string | undefined {
  const beside = scope.node.parent?.groups ?? [scope.node];
  const role = roleOf(scope.node);
  const sameRole = beside.filter((group) => group.name === scope.node.name && roleOf(group) === role);
  return String(sameRole.indexOf(scope.node) + 1);
}

const roleOf = (group: GroupNode): string =>
  group.segments
    .find(({ name }) => name === 'PRD')
    ?.text(1)
    .trim() ?? '';
