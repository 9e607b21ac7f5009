import type { Hl7Segment } from '../hl7v2/message.ts';
import type { NoteText } from './collect-notes.ts';
import { textOfComment, textOfDocument, textOfUnit } from './collect-notes.ts';
import type { Draft, OpenFragment } from './draft.ts';
import { DraftSink } from './draft-sink.ts';
import { SegmentEnv } from './env.ts';
import type { LinkedContent, LinkedReference, LinkedUse } from './link-content.ts';
import type { Entry } from './list-entries.ts';
import { isWithdrawn } from './listing.ts';
import type { Maker } from './maker.ts';
import { settleParts } from './parts.ts';
import { NULL } from './place.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { isTextLine } from './text-line.ts';

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
  // The first to fill a choice has it.
  for (const ref of linked.choices) refer(ref, draft, linked, scope, entry);
  run.holder = draft;
  for (const use of linked.from) {
    if (runUse(use, draft, scope, run, own, entry?.slot)) run.trace?.wrote(linked.key, use.map);
  }
  if (maker.feed.notes.mode !== 'off') collectNotes(draft, linked, scope, run);
  for (const ref of linked.refs) refer(ref, draft, linked, scope, entry);
  if (run.parts.length > 0) settleParts(draft, isWithdrawn(draft), scope, run);
}

function refer(
  ref: LinkedReference,
  draft: Draft,
  linked: LinkedContent,
  scope: Scope,
  entry: Entry | undefined,
): void {
  const to = scope.made(ref.type);
  if (to === undefined) return;
  const slot = entry !== undefined && isWithin(ref.slot, entry.element) ? entry.slot : ref.slot;
  const fragment = draft.fragment(slot, linked.key);
  if (!mentions(fragment, to)) ref.put(fragment, { reference: to.key }, 0, 0);
}

const isWithin = (path: string, element: string): boolean => path.split('.')[0] === element.split('.')[0];

// A report may stand in several groups of a message, and refers to its order once.
function mentions(fragment: OpenFragment, draft: Draft): boolean {
  for (const _ in fragment) return JSON.stringify(fragment).includes(`"${draft.key}"`);
  return false;
}

// Texts go to the notes of the resource that holds them (DESIGN 3, "Notes never hold up data").
function collectNotes(draft: Draft, linked: LinkedContent, scope: Scope, run: Run): void {
  for (const use of linked.from) {
    if (use.segment !== 'NTE') continue;
    for (const nte of listOf(use, scope, run)) noteText(textOfComment(nte), draft, scope, run);
  }
  if (draft.type === 'DocumentReference') noteText(textOfDocument(run.unit), draft, scope, run);
  else if (draft.type === 'Observation') noteText(textOfUnit(run.unit), draft, scope, run);
}

function noteText(text: NoteText | undefined, holder: Draft, scope: Scope, run: Run): void {
  if (text !== undefined) run.notes.push({ text, holder, scope });
}

// The lines of text are one part, read from the first of them; every file is a part of its own.
function partsOfDocument(run: Run): readonly Hl7Segment[] {
  const parts: Hl7Segment[] = [];
  let hasText = false;
  for (const line of run.unit) {
    const isText = isTextLine(line);
    if (isText && hasText) noteJoined(run, line);
    else parts.push(line);
    hasText ||= isText;
  }
  return parts;
}

const JOINED = [1, 2, 3, 4, 5, 11];

/** A line that another line's row read along. */
export function noteJoined(run: Run, obx: Hl7Segment): void {
  if (run.trace === undefined) return;
  for (const field of JOINED) run.trace.readField(obx, field);
}

/** Runs one segment map; false when its segment is not there. */
function runUse(
  use: LinkedUse,
  draft: Draft,
  scope: Scope,
  run: Run,
  own: Hl7Segment | undefined,
  entry: string | undefined,
): boolean {
  if (own !== undefined && own.name === use.segment) return runOn(use, own, draft, scope, run, entry);
  if (use.all) return runAll(use, listOf(use, scope, run), draft, scope, run, entry);
  const segment = use.below ? scope.firstBelow(use.segment) : scope.nearest(use.segment);
  if (use.several && segment !== undefined) tellOthers(segment, scope, run);
  return segment !== undefined && runOn(use, segment, draft, scope, run, entry);
}

function tellOthers(first: Hl7Segment, scope: Scope, run: Run): void {
  for (const other of scope.beside(first)) {
    if (other !== first) run.issue('value-dropped', `${other.name}[${other.occurrence}]`, 'only the first has a place');
  }
}

/** Runs a map on each segment of a list. */
function runAll(
  use: LinkedUse,
  segments: readonly Hl7Segment[],
  draft: Draft,
  scope: Scope,
  run: Run,
  entry: string | undefined,
): boolean {
  if (segments.length === 0) return false;
  const sink = new DraftSink(draft, run, use.segment, entry);
  let offset = 0;
  for (const segment of segments) {
    use.rules(new SegmentEnv(run, segment, scope.find), sink, offset);
    offset += 1;
  }
  return true;
}

/** Runs a map on its one segment; with `each`, on one repetition of a field after the other. */
function runOn(
  use: LinkedUse,
  segment: Hl7Segment,
  draft: Draft,
  scope: Scope,
  run: Run,
  entry: string | undefined,
): boolean {
  const env = new SegmentEnv(run, segment, scope.find);
  if (use.when !== undefined && !use.when(env)) return false;
  const sink = new DraftSink(draft, run, use.segment, entry);
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
