import { checkResource } from '../fhir/check.ts';
import type { Conversion } from '../mapping/conversion.ts';
import type { Issue } from '../outcome.ts';
import type { ReasonCode } from '../reasons.ts';
import { orderKey, withAuthority } from './order-key.ts';
import { render, renderDraft } from './render.ts';
import type { ResourceDraft, SlotStatement, StagedLine } from './statement.ts';

/** What is known of the message beside its content. */
export interface StagingContext {
  readonly batch: string;
  readonly ordinal: number;
  /** Keyed hash of the message's bytes, hex. */
  readonly hash: string;
  readonly feed: string;
  readonly mappingVersion: number;
  /** Arrival of the drop; a message time more than 24 hours later is dead (SEMANTICS 2.3). */
  readonly arrivedAt: number;
}

export type Staging =
  | {
      readonly ok: true;
      readonly lines: readonly StagedLine[];
      readonly issues: readonly Issue[];
      readonly refused: readonly string[];
    }
  | { readonly ok: false; readonly reason: ReasonCode; readonly path: string; readonly issues: readonly Issue[] };

const DAY_MS = 24 * 60 * 60 * 1000;
// A fault that dropping five slots does not cure is not a fault of one element.
const MAX_DROPPED = 5;

/**
 * From what a message states to lines that can be merged. The ladder of SEMANTICS 8.3: a bad element is left out with an
 * issue; a bad child is dead alone and listed; a bad root kills the message.
 */
export function stageConversion(
  conversion: Extract<Conversion, { state: 'mapped' }>,
  context: StagingContext,
): Staging {
  if (conversion.time.epochMs > context.arrivedAt + DAY_MS) {
    return { ok: false, reason: 'future-time', path: 'MSH-7', issues: conversion.issues };
  }
  const issues: Issue[] = [...conversion.issues];
  const lines: StagedLine[] = [];
  const refused: string[] = [];
  for (const draft of conversion.resources) {
    const sound = soundSlots(draft, issues);
    if (typeof sound !== 'string') lines.push(lineOf(draft, sound, conversion, context));
    else if (isRoot(draft)) return { ok: false, reason: 'resource-invalid', path: sound, issues };
    else refused.push(`${draft.type}/${draft.id}`);
  }
  return { ok: true, lines, issues, refused };
}

// A patient is what everything else hangs on; a report is what its results hang on.
function isRoot(draft: ResourceDraft): boolean {
  return draft.type === 'Patient' || draft.type === 'DiagnosticReport';
}

/** The slots that make a resource the checker takes, or the position that condemns it. */
function soundSlots(draft: ResourceDraft, issues: Issue[]): Readonly<Record<string, SlotStatement>> | string {
  let slots = draft.slots;
  for (let dropped = 0; ; dropped += 1) {
    const rendered = dropped === 0 ? renderDraft(draft) : render(draft.type, draft.id, slots);
    const fault = checkResource(rendered)[0];
    if (fault === undefined) return slots;
    const guilty = slotGiving(slots, fault.path);
    if (guilty === undefined || dropped === MAX_DROPPED) return positionOf(slots, guilty) ?? fault.path;
    issues.push({ code: 'value-dropped', path: slots[guilty]?.from ?? '', detail: fault.rule });
    slots = Object.fromEntries(Object.entries(slots).filter(([name]) => name !== guilty));
  }
}

function positionOf(slots: ResourceDraft['slots'], guilty: string | undefined): string | undefined {
  return guilty === undefined ? undefined : slots[guilty]?.from;
}

function slotGiving(slots: ResourceDraft['slots'], path: string): string | undefined {
  const element = /^[A-Za-z]+\.([A-Za-z]+)/.exec(path)?.[1];
  if (element === undefined) return undefined;
  return Object.keys(slots).find((name) => Object.keys(slots[name]?.value ?? {}).some((key) => key === element));
}

function lineOf(
  draft: ResourceDraft,
  slots: ResourceDraft['slots'],
  conversion: Extract<Conversion, { state: 'mapped' }>,
  context: StagingContext,
): StagedLine {
  const order = orderKey({
    ...{ authority: draft.authority, time: conversion.time, rank: draft.rank },
    ...{ contentHash: context.hash, mappingVersion: context.mappingVersion },
  });
  const entries = Object.entries(slots).map(([name, { value, from, authority }]) => [
    name,
    {
      value,
      from,
      ...(authority === undefined || authority === draft.authority ? {} : { order: withAuthority(order, authority) }),
    },
  ]);
  // Names the feed and the message without telling either's content (SEMANTICS 10).
  const source = {
    value: { meta: { source: `urn:tributary:${context.feed}#${context.hash.slice(0, 32)}` } },
    from: 'MSH',
  };
  return {
    ...{ batch: context.batch, ordinal: context.ordinal, type: draft.type, id: draft.id, root: draft.root, order },
    slots: { ...Object.fromEntries(entries), 'meta#source': source },
  };
}
