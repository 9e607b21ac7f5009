import { groupSegments } from '../hl7v2/grammar.ts';
import type { Hl7Message, Hl7Segment } from '../hl7v2/message.ts';
import { parseMessage } from '../hl7v2/parse.ts';
import type { ResourceDraft } from '../merge/statement.ts';
import type { ReasonCode } from '../reasons.ts';
import { noteDraft } from './collect-notes.ts';
import type { Conversion, NoteDraft, StatedTime } from './conversion.ts';
import { eventTime } from './event-time.ts';
import { labelDrafts } from './labels.ts';
import { linkResults, stateFullResults } from './link-results.ts';
import { makeEnvelope } from './make-envelope.ts';
import type { Maker } from './maker.ts';
import { messageType } from './message-type.ts';
import type { LinkedMessage, LinkedPlan } from './plan.ts';
import { contradiction, settleFormerNumbers } from './relate.ts';
import type { Setting } from './run.ts';
import { Run } from './run.ts';
import { Scope } from './scope.ts';
import type { TraceReport } from './trace.ts';
import { Trace } from './trace.ts';
import { tellUnread } from './unread-segments.ts';
import { walk } from './walk.ts';

/** A conversion, with what the rows did when the converter was made with `trace`. */
export type TracedConversion = Conversion & { readonly trace?: TraceReport };

export interface MessageContext {
  readonly maker: Maker;
  readonly plan: LinkedPlan;
  readonly setting: Setting;
  readonly trace: boolean;
}

/** Converts one HL7 v2 message. What it cannot take ends dead or filtered, with the reason and the place. */
export function convertMessage(bytes: Uint8Array, context: MessageContext, plain: boolean): TracedConversion {
  const { feed } = context.maker;
  const parsed = parseMessage(bytes, { plain, ...(feed.charset === undefined ? {} : { charset: feed.charset }) });
  if (!parsed.ok) {
    const [first] = parsed.issues;
    return refuse('dead', 'unknown', first?.code ?? 'message-unreadable', first?.path, parsed.issues);
  }
  const message = parsed.value;
  const run = new Run(context.setting, context.trace ? new Trace() : undefined);
  for (const issue of parsed.issues) run.issues.push(issue);
  const { type, event } = messageType(message);
  const turned = turnAway(message, type, context);
  if (turned !== undefined) return { ...turned, issues: run.issues };
  run.event = event;
  return mapMessage(message, type, context, run);
}

type Refusal = Extract<Conversion, { reason: ReasonCode }>;

function refuse(
  state: 'dead' | 'filtered',
  messageType: string,
  reason: ReasonCode,
  path: string | undefined,
  issues: Refusal['issues'],
): Refusal {
  return { state, messageType, reason, ...(path === undefined ? {} : { path }), issues };
}

function turnAway(message: Hl7Message, type: string, { maker, plan }: MessageContext): Refusal | undefined {
  const { feed } = maker;
  const processing = message.first('MSH')?.text(11) ?? '';
  if (!feed.processingIds.includes(processing)) return refuse('filtered', type, 'not-production', 'MSH-11', []);
  if (feed.messageTypes.length > 0 && !feed.messageTypes.some((taken) => isOrMayBe(type, taken)))
    return refuse('filtered', type, 'feed-filter', 'MSH-9', []);
  const linked = plan.messages.get(type);
  if (linked === undefined && [...plan.messages.keys()].some((known) => known.startsWith(`${type}^`)))
    return refuse('dead', type, 'event-missing', 'MSH-9.2', []);
  if (linked === undefined) return refuse('dead', type, 'message-type-unsupported', 'MSH-9', []);
  const missing = linked.plan.needs.find((name) => message.first(name) === undefined);
  return missing === undefined ? undefined : refuse('dead', type, 'segment-missing', missing, []);
}

// What names no event may be one of those that the feed takes, so no filter hides it.
const isOrMayBe = (type: string, taken: string): boolean => taken === type || taken.startsWith(`${type}^`);

function mapMessage(message: Hl7Message, type: string, context: MessageContext, run: Run): TracedConversion {
  const linked = context.plan.messages.get(type) as LinkedMessage;
  const header = message.first('MSH') as Hl7Segment;
  run.header = header;
  noteVersion(header, run);
  if (message.trailing !== undefined) run.issue('trailing-separators', message.trailing);
  const time = statedTime(header, context, run);
  if (time === undefined) return refuse('dead', type, 'time-unreadable', 'MSH-7', run.issues);
  const { root, issues } = groupSegments(linked.plan.grammar, message.segments);
  for (const issue of issues) run.issues.push(issue);
  const fault = walk(root, new Scope(root), linked.root, run, context.maker) ?? contradiction(run);
  if (fault !== undefined) return refuse('dead', type, fault.reason, fault.path, run.issues);
  tellUnread(root, linked.root, run);
  settleFormerNumbers(run);
  stateVisitEvent(message, linked, run);
  linkResults(run, context.maker.feed);
  stateFullResults(run, context.maker.feed);
  run.lists.state();
  labelDrafts(run, context.maker.feed, header.text(11));
  const notes = notesOf(run);
  noteHeader(message, run);
  const envelope = linked.envelope.length === 0 ? undefined : makeEnvelope(linked.envelope, run, context.maker);
  return {
    state: 'mapped',
    messageType: type,
    time,
    resources: finished(run),
    ...(envelope === undefined ? {} : { envelope }),
    notes,
    issues: run.issues,
    ...(run.trace === undefined ? {} : { trace: run.trace.report(message.segments) }),
  };
}

function finished({ drafts }: Run): readonly ResourceDraft[] {
  const resources: ResourceDraft[] = [];
  for (const draft of drafts.values()) resources.push(draft.finish());
  return resources;
}

// Nothing depends on the version (its differences are in the grammar's options), so a wrong one is only told.
function noteVersion(header: Hl7Segment, run: Run): void {
  const version = header.text(12).trim();
  if (version !== '' && !/^2\.\d(?:\.\d{1,2})?$/.test(version)) run.issue('version-unknown', 'MSH-12');
}

/** MSH-7 orders attributes and results (SEMANTICS 2.2); MSH-13, or an ordered MSH-10, breaks its ties (2.4). */
function statedTime(header: Hl7Segment, { maker }: MessageContext, run: Run): StatedTime | undefined {
  const text = header.text(7);
  const time = text === '' ? undefined : run.time(text, () => 'MSH-7');
  if (time === undefined) return undefined;
  const numbers = [header.text(13), maker.feed.orderedControlIds ? header.text(10) : ''];
  const sequence = numbers.find((number) => /^\d{1,15}$/.test(number));
  return { epochMs: time.epochMs, precision: time.precision, sequence: Number(sequence ?? 0) };
}

/**
 * A visit's status is derived from its events (SEMANTICS 4.1); each is a slot of its own, named by event and time. A swap
 * of beds happens to both visits (4.2).
 */
function stateVisitEvent(message: Hl7Message, linked: LinkedMessage, run: Run): void {
  if (!linked.visitEvents.has(run.event)) return;
  const time = eventTime(message.first('EVN'), run);
  if (time === undefined) return;
  for (const draft of run.drafts.values()) {
    if (draft.type !== 'Encounter') continue;
    draft.state(`event#${run.event}@${time.written}`, { event: run.event, time: time.written }, time.from);
  }
}

function notesOf(run: Run): readonly NoteDraft[] {
  return run.notes.flatMap(({ text, holder, scope }) => {
    const patient = scope.made('Patient');
    if (patient === undefined) return [];
    return [noteDraft(text, holder, patient.key, scope.made('Encounter')?.key, dateOf(holder))];
  });
}

function dateOf(holder: NoteText['holder']): string | undefined {
  const stated = { ...holder.slots['effective']?.value, ...holder.slots['date']?.value };
  const period = stated['effectivePeriod'] as { start?: string } | undefined;
  return (stated['effectiveDateTime'] ?? stated['date'] ?? period?.start) as string | undefined;
}

type NoteText = Run['notes'][number];

// What the engine itself reads: the header, the event, and the identifiers that make ids.
const ENGINE_READS: Readonly<Record<string, readonly number[]>> = {
  MSH: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16, 18],
  EVN: [1, 2, 6],
  OBR: [26, 29],
  OBX: [4],
};

function noteHeader(message: Hl7Message, run: Run): void {
  if (run.trace === undefined) return;
  for (const segment of message.segments) {
    for (const field of ENGINE_READS[segment.name] ?? []) run.trace.readField(segment, field);
  }
}
