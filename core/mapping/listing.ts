import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Draft } from './draft.ts';
import { DraftSink } from './draft-sink.ts';
import { SegmentEnv } from './env.ts';
import type { LinkedContent, LinkedListing } from './link-content.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

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
export function list(draft: Draft, linked: LinkedContent, scope: Scope, run: Run, own: Hl7Segment | undefined): void {
  const { listed } = linked;
  const holder = listed === undefined ? undefined : scope.made(listed.type);
  if (listed === undefined || holder === undefined) return;
  const slot = listed.own ? listed.slot : `${listed.slot}#${draft.id}`;
  const from = own === undefined ? linked.key : `${own.name}[${own.occurrence}]`;
  if (isWithdrawn(draft)) {
    holder.clear(slot, from);
    return;
  }
  if (listed.own) {
    nameOne(holder, listed, draft.key, from, run);
    return;
  }
  listed.put(holder.entry(slot, from), { reference: draft.key }, 0, 0);
  if (listed.rules !== undefined && own?.name === listed.segment) {
    run.trace?.wrote(linked.key, listed.map);
    listed.rules(new SegmentEnv(run, own, scope.find), new DraftSink(holder, run, from, slot), -1);
  }
}
