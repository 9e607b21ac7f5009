import type { Hl7Segment } from '../../hl7v2/message.ts';
import { NULL } from '../place.ts';
import type { KeyKind } from '../plan-shape.ts';
import type { Run } from '../run.ts';
import { conceptKey, readCx } from './identifiers.ts';
import type { KeyContext, KeyMaker } from './key.ts';

/** The fields in which ROL and PRT say who does what for whom (HL7 v2.9 15.4.7, 7.4.4). */
interface RoleFields {
  readonly role: number;
  readonly person: number;
  readonly organization: number;
}

const ROLE_FIELDS: Readonly<Record<string, RoleFields>> = {
  ROL: { role: 3, person: 4, organization: 14 },
  PRT: { role: 4, person: 5, organization: 8 },
};

interface Role {
  readonly segment: Hl7Segment;
  readonly fields: RoleFields;
}

function roleOf({ own, scope }: KeyContext): Role | undefined {
  const segment = own ?? scope.node.segments.find(({ name }) => ROLE_FIELDS[name] !== undefined);
  const fields = ROLE_FIELDS[segment?.name ?? ''];
  return segment === undefined || fields === undefined ? undefined : { segment, fields };
}

const valued = (text: string): string => (text.trim() === NULL ? '' : text.trim());

/**
 * The number of a person (XCN) or an organization (XON) with the authority that gave it. Without either there is only a
 * name, which identifies nobody (SEMANTICS 3.8). It is made as `link-resource.ts` makes it, so that both meet.
 */
function numberOf(segment: Hl7Segment, field: number, value: string, at: number, run: Run): readonly string[] {
  const [name = '', universal = '', kind = ''] = [1, 2, 3].map((sub) => valued(segment.text(field, 1, at, sub)));
  if (value === '' || (name === '' && universal === '')) return [];
  const { namespaces } = run.setting;
  return [namespaces.tokenOf(namespaces.of({ name, universal, kind }).system), value];
}

const personNumber = (segment: Hl7Segment, field: number, run: Run): readonly string[] =>
  numberOf(segment, field, valued(segment.text(field)), 9, run);

/** The number of an organization (XON) with the authority that gave it; empty without either. */
export const organizationNumber = (segment: Hl7Segment, field: number, run: Run): readonly string[] =>
  numberOf(segment, field, valued(segment.text(field, 1, 10)) || valued(segment.text(field, 1, 3)), 6, run);

// Names are compared without regard to case; what stands between them tells two people apart.
function nameKey(segment: Hl7Segment, field: number, family: number): readonly string[] {
  const parts = [family, family + 1].map((at) => valued(segment.text(field, 1, at)).toUpperCase());
  return parts.every((part) => part === '') ? [] : parts;
}

interface Related {
  readonly number?: readonly string[] | undefined;
  readonly relationship: readonly string[];
  readonly name: readonly string[];
}

/**
 * Id of a related person: within the patient, its number (NK1-33), else the relationship as sent and the name (SEMANTICS
 * 3.8). The patient is part of it, since a RelatedPerson is one person's relation to one patient.
 */
function relatedPersonId(run: Run, patient: string, { number = [], relationship, name }: Related): string | undefined {
  if (patient === '') return undefined;
  if (number.length > 0) return run.setting.id('RelatedPerson', patient, 'number', ...number);
  return name.length === 0
    ? undefined
    : run.setting.id('RelatedPerson', patient, 'named', ...relationship, 'name', ...name);
}

function cxNumber(segment: Hl7Segment, field: number, { run, isDummy }: KeyContext): readonly string[] | undefined {
  const number = readCx(segment, field, 1, run, isDummy);
  return number === undefined ? undefined : [number.namespace.token, number.value];
}

// NK1-30 names the person when NK1-2 names none; NK1-7 says the relationship when NK1-3 does not.
function nextOfKin(nk1: Hl7Segment, context: KeyContext): string | undefined {
  const own = nameKey(nk1, 2, 1);
  const relationship = conceptKey(nk1, 3);
  return relatedPersonId(context.run, context.patient, {
    number: cxNumber(nk1, 33, context),
    relationship: relationship.length > 0 ? relationship : conceptKey(nk1, 7),
    name: own.length > 0 ? own : nameKey(nk1, 30, 1),
  });
}

function relatedByRole({ segment, fields }: Role, { run, patient }: KeyContext): string | undefined {
  return relatedPersonId(run, patient, {
    number: personNumber(segment, fields.person, run),
    relationship: conceptKey(segment, fields.role),
    name: nameKey(segment, fields.person, 2),
  });
}

const relatedPerson: KeyMaker = (context) => {
  if (context.own?.name === 'NK1') return nextOfKin(context.own, context);
  const role = roleOf(context);
  return role === undefined ? undefined : relatedByRole(role, context);
};

const mother: KeyMaker = (context) => {
  const pid = context.scope.find('PID');
  const number = pid === undefined ? undefined : cxNumber(pid, 21, context);
  return relatedPersonId(context.run, context.patient, { number, relationship: [], name: [] });
};

/** Who told of an allergy and is neither the patient nor staff (IAM-14, IAM-15). */
const reporter: KeyMaker = ({ scope, run, patient }) => {
  const iam = scope.find('IAM');
  if (iam === undefined) return undefined;
  return relatedPersonId(run, patient, { relationship: conceptKey(iam, 15), name: nameKey(iam, 14, 1) });
};

// `""` in PD1-7 takes the answer back, so it makes the observation too.
const livingWill: KeyMaker = ({ scope, run, patient }) =>
  patient === '' || (scope.find('PD1')?.text(7) ?? '') === ''
    ? undefined
    : run.setting.id('Observation', patient, 'living-will');

const careTeam: KeyMaker = ({ run, patient }) =>
  patient === '' ? undefined : run.setting.id('CareTeam', patient, 'roles');

/** The person and the organization are made where something refers to them; what a role says of them beside is added. */
export const alreadyMade = (type: string, number: readonly string[], run: Run): string | undefined => {
  const id = number.length === 0 ? undefined : run.setting.id(type, ...number);
  return id !== undefined && run.drafts.has(`${type}/${id}`) ? id : undefined;
};

const rolePerson: KeyMaker = (context) => {
  const role = roleOf(context);
  if (role === undefined) return undefined;
  return alreadyMade('Practitioner', personNumber(role.segment, role.fields.person, context.run), context.run);
};

const roleOrganization: KeyMaker = (context) => {
  const role = roleOf(context);
  if (role === undefined) return undefined;
  const number = organizationNumber(role.segment, role.fields.organization, context.run);
  return alreadyMade('Organization', number, context.run);
};

/** What somebody is for an organization, whoever the patient: practitioner, role as sent, and organization. */
const practitionerRole: KeyMaker = (context) => {
  const role = roleOf(context);
  const person = role === undefined ? [] : personNumber(role.segment, role.fields.person, context.run);
  if (role === undefined || person.length === 0) return undefined;
  const { segment, fields } = role;
  return context.run.setting.id(
    'PractitionerRole',
    ...person,
    'role',
    ...conceptKey(segment, fields.role),
    'at',
    ...organizationKey(segment, fields.organization, context.run),
  );
};

function organizationKey(segment: Hl7Segment, field: number, run: Run): readonly string[] {
  const number = organizationNumber(segment, field, run);
  return number.length > 0 ? number : [valued(segment.text(field)).toUpperCase()];
}

/** Key of one entry among those who take part: who, by number or name, in which role. */
const participation: KeyMaker = (context) => {
  const role = roleOf(context);
  if (role === undefined) return undefined;
  const { segment, fields } = role;
  const { run } = context;
  const number = personNumber(segment, fields.person, run);
  const name = number.length > 0 ? number : nameKey(segment, fields.person, 2);
  const who = name.length > 0 ? ['person', ...name] : ['at', ...organizationKey(segment, fields.organization, run)];
  return run.setting.id('Participation', ...who, 'role', ...conceptKey(segment, fields.role));
};

/** Key of one access restriction: its value and its classification tag. */
const restriction: KeyMaker = ({ own, scope, run }) => {
  const arv = own ?? scope.node.segments.find(({ name }) => name === 'ARV');
  if (arv === undefined) return undefined;
  const key = [...conceptKey(arv, 3), 'tag', ...conceptKey(arv, 7)];
  return key.length === 1 ? undefined : run.setting.id('Restriction', ...key);
};

type PersonKind = Extract<
  KeyKind,
  | 'related-person'
  | 'mother'
  | 'reporter'
  | 'living-will'
  | 'care-team'
  | 'role-person'
  | 'role-organization'
  | 'practitioner-role'
  | 'participation'
  | 'restriction'
>;

/** Ids of people, of what they do for a patient, and of who may see it (SEMANTICS 3.8). */
export const personKeys: Readonly<Record<PersonKind, KeyMaker>> = {
  'related-person': relatedPerson,
  mother,
  reporter,
  'living-will': livingWill,
  'care-team': careTeam,
  'role-person': rolePerson,
  'role-organization': roleOrganization,
  'practitioner-role': practitionerRole,
  participation,
  restriction,
};
