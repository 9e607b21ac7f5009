import type { Hl7Segment } from '../hl7v2/message.ts';
import { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import { fill } from './fill.ts';
import type { KeyContext, MessageFault } from './keys/key.ts';
import type { Test } from './link-condition.ts';
import type { LinkedMaking } from './link-making.ts';
import type { Entry } from './list-entries.ts';
import { ENDED, entryOf, noteMember } from './list-entries.ts';
import { list } from './listing.ts';
import type { Maker } from './maker.ts';
import { missingNumber, relate } from './relate.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** Makes the resources of one row of a message table in one group, observations excepted (`make-observations.ts`). */
export function make(linked: LinkedMaking, scope: Scope, run: Run, maker: Maker): MessageFault | undefined {
  if (linked.listsOnly && scope.made(linked.listed?.type ?? '') === undefined) return undefined;
  if (linked.per === '') return makeOne(linked, scope, run, maker, undefined);
  for (const segment of linked.around ? scope.around(linked.per) : scope.all(linked.per)) {
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
  const isMember = linked.when === undefined || isMade(linked.when, scope, run, own);
  // Most rows of a message find nothing to make, and end before anything is set up for them.
  if (!isMember && linked.list === undefined) return undefined;
  const context = contextOf(linked, scope, run, maker, own);
  const id = isMember ? linked.keyOf(context) : undefined;
  if (typeof id === 'object') return id;
  const key = id === undefined ? undefined : `${linked.make}/${id}`;
  if (linked.list !== undefined) noteMember(linked.list, context, isMember, key);
  if (!isMember) return undefined;
  if (id === undefined || key === undefined) return missingNumber(linked, scope);
  const known = run.drafts.get(key);
  const draft = known ?? run.begin(linked.make, id, linked.authority, undefined, key);
  if (linked.sole) scope.offer(linked.as, draft);
  if (known !== undefined && linked.namedAgain) {
    scope.make(linked.as, known);
    list(known, linked, scope, run, own);
    return undefined;
  }
  return makeDraft(draft, linked, context, maker);
}

function makeDraft(draft: Draft, linked: LinkedMaking, context: KeyContext, maker: Maker): MessageFault | undefined {
  const { scope, run, own } = context;
  const entry = linked.entry === undefined ? undefined : entryOf(linked.entry, draft, context);
  if (entry === ENDED) return undefined;
  if (linked.isDocument) run.unit = linesOfDocument(scope);
  fillOnce(draft, linked, scope, run, maker, own, entry);
  run.unit = NO_UNIT;
  for (const [slot, authority] of linked.authorities) {
    const stated = draft.slots[slot];
    if (stated !== undefined) stated.authority = authority;
  }
  // Of several, none is the one that rows below mean.
  if (own === undefined || scope.all(linked.per).length === 1) scope.make(linked.as, draft);
  if (linked.listed !== undefined) list(draft, linked, scope, run, own);
  return linked.relates === undefined ? undefined : relate(linked.relates, draft, scope, run);
}

const NO_UNIT: readonly Hl7Segment[] = [];

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
  if (draft.isEmpty() || !CONTEXT.has(draft.type)) {
    fill(draft, linked, scope, run, maker, own, entry);
    return;
  }
  const again = new Draft(draft.type, draft.id, linked.authority, draft.root);
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
  { as }: LinkedMaking,
  scope: Scope,
  run: Run,
  { feed, isDummy }: Maker,
  own: Hl7Segment | undefined,
): KeyContext {
  return { scope, run, feed, isDummy, own, patient: scope.made('Patient')?.id ?? '', as };
}

function isMade(when: Test, scope: Scope, run: Run, own: Hl7Segment | undefined): boolean {
  const segment = own ?? run.header;
  // Whether there is one at all is asked of the groups that repeat too.
  const find = (name: string): Hl7Segment | undefined => scope.nearest(name) ?? scope.anywhere(name);
  return segment === undefined || when(new SegmentEnv(run, segment, find));
}

// OBX stands in a group that repeats; all of them are the document.
function linesOfDocument({ node }: Scope): readonly Hl7Segment[] {
  const lines: Hl7Segment[] = [];
  for (const { segments } of node.groups) {
    for (const segment of segments) if (segment.name === 'OBX') lines.push(segment);
  }
  return lines;
}
