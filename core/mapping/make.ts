import type { Hl7Segment } from '../hl7v2/message.ts';
import type { NoteText } from './collect-notes.ts';
import { textOfComment, textOfDocument, textOfUnit } from './collect-notes.ts';
import type { CompiledFeed } from './compiled-feed.ts';
import type { OpenFragment } from './draft.ts';
import { Draft } from './draft.ts';
import { DraftSink } from './draft-sink.ts';
import { SegmentEnv } from './env.ts';
import type { KeyContext } from './keys/key.ts';
import { MessageFault } from './keys/key.ts';
import { keyMakers, namedAgain } from './keys/registry.ts';
import type { LinkedContent, LinkedListing, LinkedUse } from './link-content.ts';
import type { Entry } from './list-entries.ts';
import { ENDED, entryOf, noteMember } from './list-entries.ts';
import { settleParts } from './parts.ts';
import { NULL } from './place.ts';
import type { LinkedMaking } from './plan.ts';
import { missingNumber, relate } from './relate.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

export interface Maker {
  readonly feed: CompiledFeed;
  readonly isDummy: (value: string) => boolean;
}

/** Makes the resources of one row of a message table in one group, observations excepted (`make-observations.ts`). */
export function make(linked: LinkedMaking, scope: Scope, run: Run, maker: Maker): MessageFault | undefined {
  const { making } = linked;
  if (linked.listsOnly && scope.made(linked.listed?.type ?? '') === undefined) return undefined;
  if (making.per === '') return makeOne(linked, scope, run, maker, undefined);
  for (const segment of making.around === true ? scope.around(making.per) : scope.all(making.per)) {
    const fault = makeOne(linked, scope, run, maker, segment);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function makeOne(
  linked: LinkedMaking,
  scope: Scope,
  run: Run,
  maker: Maker,
  own: Hl7Segment | undefined,
): MessageFault | undefined {
  const isMember = isMade(linked, scope, run, own);
  const { making } = linked;
  const context = contextOf(linked, scope, run, maker, own);
  const id = isMember ? keyMakers[making.id](context) : undefined;
  if (id instanceof MessageFault) return id;
  noteMember(linked, context, isMember, id);
  if (!isMember) return undefined;
  if (id === undefined) return missingNumber(linked, scope);
  const known = namedAgain.has(making.id) ? run.drafts.get(`${making.make}/${id}`) : undefined;
  const draft = known ?? run.draft(making.make, id, making.authority);
  if (making.sole === true) scope.offer(making.as, draft);
  if (known !== undefined) {
    scope.make(making.as, known);
    list(known, linked, scope, run, own, isWithdrawn(known));
    return undefined;
  }
  const entry = making.entry === undefined ? undefined : entryOf(linked, draft, context);
  if (entry === ENDED) return undefined;
  if (making.id === 'document') run.unit = linesOfDocument(scope);
  fillOnce(draft, linked, scope, run, maker, own, entry);
  run.unit = [];
  authorise(draft, linked);
  // Of several, none is the one that rows below mean.
  if (own === undefined || scope.all(making.per).length === 1) scope.make(making.as, draft);
  list(draft, linked, scope, run, own, isWithdrawn(draft));
  return relate(linked, draft, scope, run);
}

function authorise(draft: Draft, { making }: LinkedMaking): void {
  if (making.authorities === undefined) return;
  for (const [slot, authority] of Object.entries(making.authorities)) {
    const stated = draft.slots[slot];
    if (stated !== undefined) stated.authority = authority;
  }
}

// What these are of may be told twice in one message (two results, two merges, two plans of one insurer), with lists that
// would double.
function fillOnce(
  draft: Draft,
  linked: LinkedMaking,
  scope: Scope,
  run: Run,
  maker: Maker,
  own: Hl7Segment | undefined,
  entry: Entry | undefined,
): void {
  if (!CONTEXT.has(draft.type) || draft.isEmpty()) {
    fill(draft, linked, scope, run, maker, own, entry);
    return;
  }
  const again = new Draft(draft.type, draft.id, linked.making.authority, draft.root);
  fill(again, linked, scope, run, maker, own, entry);
  draft.adopt(again);
}

const CONTEXT: ReadonlySet<string> = new Set([
  'Patient',
  'Encounter',
  'Account',
  'Coverage',
  'EpisodeOfCare',
  'Organization',
  'Procedure',
  'RelatedPerson',
  'Practitioner',
  'PractitionerRole',
]);

function contextOf(
  { making }: LinkedMaking,
  scope: Scope,
  run: Run,
  { feed, isDummy }: Maker,
  own: Hl7Segment | undefined,
): KeyContext {
  return { scope, run, feed, isDummy, own, patient: scope.made('Patient')?.id ?? '', as: making.as };
}

function isMade({ when }: LinkedMaking, scope: Scope, run: Run, own: Hl7Segment | undefined): boolean {
  if (when === undefined) return true;
  const segment = own ?? run.header;
  // Whether there is one at all is asked of the groups that repeat too.
  const find = (name: string): Hl7Segment | undefined => scope.find(name) ?? scope.anywhere(name);
  return segment === undefined || when(new SegmentEnv(run, segment, find));
}

// OBX stands in a group that repeats; all of them are the document.
function linesOfDocument(scope: Scope): readonly Hl7Segment[] {
  return scope.node.groups.flatMap((group) => group.segments.filter((segment) => segment.name === 'OBX'));
}

/** Runs the segment maps of a making into a draft, and states its references; `entry` is the slot of all of it. */
export function fill(
  draft: Draft,
  linked: LinkedContent,
  scope: Scope,
  run: Run,
  maker: Maker,
  own: Hl7Segment | undefined,
  entry?: Entry,
): void {
  refer(draft, linked, scope, true, entry);
  run.holder = draft;
  for (const use of linked.from) {
    if (runUse(use, draft, scope, run, own, entry?.slot)) run.trace?.wrote(linked.making.key, use.map);
  }
  if (maker.feed.notes.mode !== 'off') collectNotes(draft, linked, scope, run);
  refer(draft, linked, scope, false, entry);
  if (run.parts.length > 0) settleParts(draft, isWithdrawn(draft), scope, run);
}

// A reference that is one type of a choice comes first, since the first to fill a choice has it.
function refer(draft: Draft, linked: LinkedContent, scope: Scope, choice: boolean, entry: Entry | undefined): void {
  for (const ref of linked.refs) {
    const to = (ref.choice === true) === choice ? scope.made(ref.type) : undefined;
    if (to === undefined) continue;
    const slot = entry !== undefined && isWithin(ref.slot, entry.element) ? entry.slot : ref.slot;
    const fragment = draft.fragment(slot, linked.making.key);
    if (!mentions(fragment, to)) ref.put(fragment, { reference: to.key }, 0, 0);
  }
}

const isWithin = (path: string, element: string): boolean => path.split('.')[0] === element.split('.')[0];

// A report may stand in several groups of a message, and refers to its order once.
function mentions(fragment: OpenFragment, draft: Draft): boolean {
  for (const _ in fragment) return JSON.stringify(fragment).includes(`"${draft.key}"`);
  return false;
}

// Texts go to the notes of the resource that holds them (DESIGN 3, "Notes never hold up data").
function collectNotes(draft: Draft, linked: LinkedContent, scope: Scope, run: Run): void {
  const texts: (NoteText | undefined)[] = [];
  for (const use of linked.from) {
    if (use.segment === 'NTE') texts.push(...listOf(use, scope, run).map(textOfComment));
  }
  if (draft.type === 'DocumentReference') texts.push(textOfDocument(run.unit));
  else if (draft.type === 'Observation') texts.push(textOfUnit(run.unit));
  for (const text of texts) if (text !== undefined) run.notes.push({ text, holder: draft, scope });
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['TX', 'FT', 'ST', '']);

// The lines of text are one part, read from the first of them; every file is a part of its own.
function partsOfDocument(run: Run): readonly Hl7Segment[] {
  const isText = (segment: Hl7Segment): boolean => TEXT_TYPES.has(segment.text(2));
  const first = run.unit.find(isText);
  for (const line of run.unit) if (line !== first && isText(line)) noteJoined(run, line);
  return run.unit.filter((segment) => segment === first || !isText(segment));
}

const JOINED = [1, 2, 3, 4, 5, 11];

/** A line that another line's row read along. */
export function noteJoined(run: Run, obx: Hl7Segment): void {
  for (const field of JOINED) run.trace?.readField(obx, field);
}

/** Runs one segment map; false when its segment is not there. */
function runUse(
  use: LinkedUse,
  draft: Draft,
  scope: Scope,
  run: Run,
  own: Hl7Segment | undefined,
  entry?: string,
): boolean {
  const sink = new DraftSink(draft, run, use.segment, entry);
  if (own?.name === use.segment) return runOn(use, own, sink, scope, run);
  if (use.all) {
    let offset = 0;
    for (const segment of listOf(use, scope, run)) {
      use.rules(new SegmentEnv(run, segment, scope.find), sink, offset);
      offset += 1;
    }
    return offset > 0;
  }
  const segment = use.below ? scope.firstBelow(use.segment) : scope.find(use.segment);
  return segment !== undefined && runOn(use, segment, sink, scope, run);
}

/** Runs a map on its one segment; with `each`, on one repetition of a field after the other. */
function runOn(use: LinkedUse, segment: Hl7Segment, sink: DraftSink, scope: Scope, run: Run): boolean {
  const env = new SegmentEnv(run, segment, scope.find);
  if (use.when !== undefined && !use.when(env)) return false;
  if (use.each === 0) {
    use.rules(env, sink, -1);
    return true;
  }
  let place = 0;
  const count = segment.repetitions(use.each);
  for (let at = 1; at <= count; at += 1) {
    const text = segment.whole(use.each, at).trim();
    if (text === '' || text === NULL) continue;
    use.rules(new SegmentEnv(run, segment, scope.find, use.each, at), sink, place);
    place += 1;
  }
  return place > 0;
}

function listOf(use: LinkedUse, scope: Scope, run: Run): readonly Hl7Segment[] {
  if (use.segment === 'OBX') return partsOfDocument(run);
  return use.below ? scope.below(use.segment) : scope.all(use.segment, use.of);
}

/** What a sender withdrew is no longer listed (SEMANTICS 5.3). */
export function isWithdrawn(draft: Draft): boolean {
  if (draft.status === 'entered-in-error') return true;
  const verification = draft.slots['verificationStatus']?.value?.['verificationStatus'] as
    | { readonly coding?: readonly { readonly code?: string }[] }
    | undefined;
  return verification?.coding?.some((coding) => coding.code === 'entered-in-error') === true;
}

// An element for one resource names the first that is made; it outranks a mere number, and what has no place is told.
function nameOne(holder: Draft, listed: LinkedListing, key: string, from: string, run: Run): void {
  const held = holder.slots[listed.slot];
  const isNamed = JSON.stringify(held?.value ?? null).includes('"reference"');
  if (held?.value != null) run.issue('value-dropped', isNamed ? from : held.from, 'only one has a place');
  if (isNamed) return;
  const entry = {};
  listed.put(entry, { reference: key }, 0, 0);
  holder.state(listed.slot, entry, from);
}

/** States the entry of a resource in the list of an earlier one, in a slot of its own, so that lists grow by union. */
export function list(
  draft: Draft,
  linked: LinkedContent,
  scope: Scope,
  run: Run,
  own: Hl7Segment | undefined,
  withdrawn: boolean,
): void {
  const { listed } = linked;
  const holder = listed === undefined ? undefined : scope.made(listed.type);
  if (listed === undefined || holder === undefined) return;
  const slot = listed.own ? listed.slot : `${listed.slot}#${draft.id}`;
  const from = own === undefined ? linked.making.key : `${own.name}[${own.occurrence}]`;
  if (withdrawn) {
    holder.clear(slot, from);
    return;
  }
  if (listed.own) {
    nameOne(holder, listed, draft.key, from, run);
    return;
  }
  listed.put(holder.fragment(slot, from), { reference: draft.key }, 0, 0);
  if (listed.rules !== undefined && own?.name === listed.segment) {
    run.trace?.wrote(linked.making.key, linked.making.listed?.map ?? '');
    listed.rules(new SegmentEnv(run, own, scope.find), new DraftSink(holder, run, from, slot), -1);
  }
}
