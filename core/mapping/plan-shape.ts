import type { Group } from '../hl7v2/grammar.ts';
import type { CodeTable, Condition, DatatypeMap, Rule, SegmentMap, Step } from './rule.ts';

/** How a resource gets its id (SEMANTICS 3.3 to 3.8); each is a file in `keys/`. */
export const keyKinds = [
  'patient',
  'visit',
  'report',
  'observation',
  'document',
  'allergy',
  'diagnosis',
  'medication-order',
  'ordered-drug',
  'requested-order',
  'requested-drug',
  'dispensed-drug',
  'administered-drug',
  'dispense',
  'administration',
  'immunization',
  'account',
  'prior-patient',
  'prior-visit',
  'prior-account',
  'order',
  'answered-order',
  'specimen',
  'requested-specimen',
  'guarantor',
  'coverage',
  'financial-class',
  'payor',
  'insured',
  'case-managers',
  'episode',
  'procedure',
  'charge',
  'appointment',
  'scheduled-order',
  'made',
  'related-person',
  'mother',
  'reporter',
  'living-will',
  'care-team',
  'role-person',
  'role-organization',
  'practitioner-role',
  'participation',
  'restriction',
  'parent-document',
  'problem',
  'goal',
  'referral',
  'provider',
  'provider-role',
  'provider-organization',
  'provider-place',
  'device',
  'performing-organization',
  'accident',
  'death',
] as const;
export type KeyKind = (typeof keyKinds)[number];

/** How a resource of a message's envelope gets its id (`keys/envelope.ts`). */
export const envelopeKeyKinds = ['message', 'software', 'statement', 'sender'] as const;
export type EnvelopeKeyKind = (typeof envelopeKeyKinds)[number];

/** What a message may say of two resources it names (SEMANTICS 7); the engine states it (`relate.ts`). */
export const relationVerbs = [
  'merged into',
  'changed into',
  'moved into',
  'moved from',
  'linked with',
  'unlinked from',
] as const;
export type RelationVerb = (typeof relationVerbs)[number];

export interface Relation {
  readonly verb: RelationVerb;
  /** Name of what a row above makes. */
  readonly name: string;
}

/**
 * A segment map applied to a resource; `all` takes every such segment of the group as one list, `of` those of the nearest
 * groups of the first of these names, or sets of names, that have any (none: the group's own alone), and `below` looks into
 * all groups below: for every such segment, or without `all` for the first.
 */
export interface MapUse {
  readonly map: string;
  readonly all: boolean;
  readonly of?: readonly (readonly string[])[];
  readonly below?: true;
  /** The structure lets the segment repeat, and only the first has a place: the others are told. */
  readonly several?: true;
}

/** A reference that the engine states itself: where it goes, and to which type. */
export interface ReferenceSlot {
  readonly slot: string;
  readonly type: string;
  readonly to: readonly Step[];
  /** It is one type of a choice (`medicationReference`), and outranks what rows would make of the choice. */
  readonly choice?: boolean;
}

/**
 * What a making states is one entry of a list that grows by union: it goes into a slot of its own, named by the element
 * and a key of the entry, which is cleared when the sender ends the entry.
 */
export interface EntryPlan {
  readonly in: string;
  readonly id: KeyKind;
  readonly ends?: Condition;
}

/** The segments of this name are the full list of what they make, stated on an earlier resource (SEMANTICS 6). */
export interface ListPlan {
  readonly of: string;
  readonly on: string;
  /** A segment for which this holds acts on one member, so that the segments are no full list. */
  readonly unless?: Condition;
}

/** One row of a message table: which group makes which resource by which segment maps. */
export interface Making {
  readonly key: string;
  readonly make: string;
  /** The name by which rows below refer to it: its type, or another word where a message makes two of a type. */
  readonly as: string;
  readonly id: KeyKind;
  /** Names of the groups from the root: `['PATIENT_RESULT', 'ORDER_OBSERVATION']`; empty for the message itself. */
  readonly each: readonly string[];
  /** Segment whose every occurrence in the group makes one resource; '' when the group itself does. */
  readonly per: string;
  /** The segments `per` are those of the groups around this one, which hold for all that stands below them. */
  readonly around?: true;
  readonly from: readonly MapUse[];
  /** Reference slots: element -> name of what a row above makes. */
  readonly refs: readonly ReferenceSlot[];
  /** Where an earlier resource lists it, as `DiagnosticReport.result`, and a segment map that fills the rest of the entry. */
  readonly listed?: {
    readonly type: string;
    readonly to: readonly Step[];
    readonly map?: string;
    /** The slot of the entry, where the element holds but one; otherwise every entry has a slot of its own. */
    readonly slot?: string;
  };
  /** The resource is rooted at the nearest made resource of this type. */
  readonly root?: string;
  readonly entry?: EntryPlan;
  readonly list?: ListPlan;
  readonly when?: Condition;
  readonly authority: number;
  readonly relates?: Relation;
  /** Slots whose authority is another than that of the resource (SEMANTICS 2.1). */
  readonly authorities?: Readonly<Record<string, number>>;
  /** The only one of its kind in its group is known to the group around it, too. */
  readonly sole?: boolean;
}

/** One row of the envelope: what each segment of a name makes beside the patient's resources, in every structure. */
export interface EnvelopeMaking {
  readonly key: string;
  readonly make: string;
  readonly as: string;
  readonly id: EnvelopeKeyKind;
  readonly per: string;
  readonly from: readonly MapUse[];
  /** Elements that refer to what the message made: of these types or names, `*` being all of the message's resources. */
  readonly about: readonly { readonly slot: string; readonly to: readonly Step[]; readonly names: readonly string[] }[];
  readonly listed?: NonNullable<Making['listed']>;
  readonly when?: Condition;
}

export interface MessagePlan {
  readonly structure: string;
  /** `ADT^A01`. */
  readonly types: readonly string[];
  /** Trigger events that happen to a visit (SEMANTICS 4.1). */
  readonly visitEvents: readonly string[];
  /** Segments without which the message cannot stand. */
  readonly needs: readonly string[];
  /** The group that repeats per patient; '' when the message has one patient. */
  readonly patientGroup: string;
  readonly grammar: Group;
  readonly makings: readonly Making[];
  /** Places at which a segment is read by no row, as `PATIENT.NTE`: where one comes, it is told. */
  readonly unread: readonly string[];
  /** It is read only where the envelope is asked for, and else unsupported. */
  readonly envelopeOnly?: true;
}

/** Key columns of a CSV table, in order; with the resource type and the namespace they make an id. */
export interface RecordKey {
  readonly namespace: string;
  readonly columns: readonly string[];
}

export interface RecordPlan {
  readonly table: string;
  readonly resource: string;
  readonly key: RecordKey;
  /** Columns that give the statement's time, the first valued one; empty when the order of arrival decides. */
  readonly time: readonly string[];
  /** Columns without which a row says nothing that can be placed; a row that lacks one is dead. */
  readonly needs: readonly string[];
  readonly refs: readonly (ReferenceSlot & { readonly key: RecordKey })[];
  readonly note?: { readonly column: string; readonly date: string };
  readonly rules: readonly Rule[];
}

export interface RecordSet {
  readonly name: string;
  readonly tables: Readonly<Record<string, RecordPlan>>;
}

export interface CodeSystem {
  readonly name: string;
  readonly uri: string;
  readonly names: readonly string[];
  /** Name of the check that a code must pass before the system is claimed; '' when any code passes. */
  readonly syntax: string;
}

export interface Units {
  readonly valid: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
}

export interface Plan {
  readonly version: string;
  readonly messages: readonly MessagePlan[];
  readonly envelope: readonly EnvelopeMaking[];
  readonly segments: Readonly<Record<string, SegmentMap>>;
  readonly datatypes: Readonly<Record<string, DatatypeMap>>;
  readonly tables: Readonly<Record<string, CodeTable>>;
  readonly records: Readonly<Record<string, RecordSet>>;
  readonly systems: readonly CodeSystem[];
  readonly units: Units;
}

/**
 * The plan as it is written down: a text of each part, with a line of JSON for each of its entries, so that what is never
 * asked for is never parsed. In a line a tab stands between what is read at once and what is read later.
 */
export interface PlanText {
  readonly version: string;
  /** Structure, grammar, and its rows as `[key, group, number of a making]`. */
  readonly messages: string;
  /** Rows without key and group; most stand in many structures. */
  readonly makings: string;
  readonly envelope: string;
  readonly segments: string;
  readonly datatypes: string;
  readonly tables: string;
  readonly records: string;
  readonly systems: string;
  readonly units: string;
}
