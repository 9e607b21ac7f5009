import type { Draft } from './draft.ts';
import { eventTime } from './event-time.ts';
import { MessageFault } from './keys/key.ts';
import type { LinkedMaking } from './link-making.ts';
import type { Relation, RelationVerb } from './plan-shape.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** The fields that name what survives, and what was before (HL7 v2.9 3.4.9). */
const NOW: Readonly<Record<string, string>> = { Patient: 'PID-3', Encounter: 'PV1-19', Account: 'PID-18' };
const BEFORE: Readonly<Record<string, string>> = { Patient: 'MRG-1', Encounter: 'MRG-5', Account: 'MRG-3' };

/** A merge tells who tells of identity; what else MRG says of the retired only fills (SEMANTICS 2.1). */
const TOLD = 2;

/** What the number that a merge needs is called where it is missing; a change or a move may do without it. */
export function missingNumber({ relates, make }: LinkedMaking, scope: Scope): MessageFault | undefined {
  if (relates?.verb !== 'merged into') return undefined;
  if (scope.made(relates.name) === undefined) return withoutSurvivor(make);
  const reason = make === 'Patient' ? 'no-patient-id' : 'merge-number-missing';
  return new MessageFault(reason, BEFORE[make] ?? 'MRG');
}

/**
 * States how two resources of a message stand to each other (SEMANTICS 7, ADR 0016). Each statement is a slot that bears
 * the id of the other, so that many merges stand beside each other and the newest word about a pair wins.
 */
export function relate(relates: Relation, draft: Draft, scope: Scope, run: Run): MessageFault | undefined {
  const make = draft.type;
  const other = scope.made(relates.name);
  const isMerge = relates.verb === 'merged into';
  if (other === undefined) return isMerge ? withoutSurvivor(make) : undefined;
  const path = (isLink(relates.verb) ? NOW : BEFORE)[make] ?? 'MRG';
  if (other === draft) return isMerge ? new MessageFault('merge-into-itself', path) : undefined;
  statements[relates.verb]({ draft, other, scope, run, path });
  return undefined;
}

const withoutSurvivor = (type: string): MessageFault => new MessageFault('merge-number-missing', NOW[type] ?? 'PID');

const isLink = (verb: RelationVerb): boolean => verb === 'linked with' || verb === 'unlinked from';

interface Pair {
  readonly draft: Draft;
  readonly other: Draft;
  readonly scope: Scope;
  readonly run: Run;
  readonly path: string;
}

const linkTo = (draft: Draft, type: string): Record<string, unknown> => ({
  link: [{ other: { reference: draft.key }, type }],
});

function link({ draft, other, path }: Pair, here: Record<string, unknown>, there: string): void {
  if (draft.type !== 'Patient') return;
  draft.state(`link#${other.id}`, here, path, TOLD);
  other.state(`link#${draft.id}`, linkTo(draft, there), path, TOLD);
}

// Ids always use the stated number, so what became of it is a statement of its own, placed in time.
function alias({ draft, other, scope, run, path }: Pair): void {
  const time = eventTime(scope.find('EVN'), run);
  const value = { alias: other.key, event: run.event, ...(time === undefined ? {} : { time: time.written }) };
  draft.state(`alias#${other.id}`, value, path, TOLD);
  // Who survives is not retired into the other: a merge the other way round takes the first one back.
  other.state(`alias#${draft.id}`, null, path, TOLD);
  run.becomes.push({ from: draft.key, to: other.key, path });
}

function merge(pair: Pair): void {
  const { other } = pair;
  link(pair, { active: false, ...linkTo(other, 'replaced-by') }, 'replaces');
  alias(pair);
}

const statements: Readonly<Record<RelationVerb, (pair: Pair) => void>> = {
  'merged into': merge,
  'changed into': merge,
  // All that hung on the number is the other's now; the number itself was not retired (HL7 v2.9 3.3.43).
  'moved into': (pair) => {
    link(pair, linkTo(pair.other, 'refer'), 'seealso');
    alias(pair);
  },
  'moved from': ({ draft, other, scope, run, path }) => {
    const time = eventTime(scope.find('EVN'), run);
    const value = { moved: other.key, event: run.event, ...(time === undefined ? {} : { time: time.written }) };
    draft.state(`moved#${other.id}`, value, path, TOLD);
  },
  'linked with': (pair) => link(pair, linkTo(pair.other, 'seealso'), 'seealso'),
  'unlinked from': ({ draft, other, path }) => {
    for (const [one, another] of [
      [draft, other],
      [other, draft],
    ] as const) {
      for (const slot of ['link', 'alias']) one.state(`${slot}#${another.id}`, null, path, TOLD);
    }
  },
};

/** Merges of one message that cannot all be true: one number into two, or a circle (SEMANTICS 7.1). */
export function contradiction(run: Run): MessageFault | undefined {
  const next = new Map<string, string>();
  for (const { from, to, path } of run.becomes) {
    if ((next.get(from) ?? to) !== to) return new MessageFault('merge-ambiguous', path);
    next.set(from, to);
  }
  for (const { from, path } of run.becomes) {
    let at = next.get(from);
    for (let step = 0; at !== undefined && step < next.size; step += 1) {
      if (at === from) return new MessageFault('merge-cycle', path);
      at = next.get(at);
    }
  }
  return undefined;
}

const FORMER = 'identifier#former-';

interface StatedNumber {
  readonly system?: unknown;
  readonly value?: unknown;
  use?: string;
}

/** A number of a patient (MRG-1, MRG-2) that was changed is still the person's, and old; MRG may repeat current ones beside it (SEMANTICS 7.2). */
export function settleFormerNumbers(run: Run): void {
  for (const draft of run.drafts.values()) {
    if (draft.type !== 'Patient') continue;
    for (const slot in draft.slots) if (slot.startsWith(FORMER)) settleFormer(draft, slot);
  }
}

function settleFormer(draft: Draft, slot: string): void {
  const value = draft.slots[slot]?.value ?? null;
  const former = numbersOf(value).filter((number) => !isCurrent(draft, number));
  for (const number of former) number.use = 'old';
  if (former.length === 0) delete draft.slots[slot];
  else if (value !== null) value['identifier'] = former;
}

function isCurrent(draft: Draft, number: StatedNumber): boolean {
  return Object.entries(draft.slots).some(
    ([slot, { value }]) =>
      !slot.startsWith(FORMER) &&
      numbersOf(value).some((known) => known.system === number.system && known.value === number.value),
  );
}

const numbersOf = (value: Record<string, unknown> | null): readonly StatedNumber[] =>
  (value?.['identifier'] ?? []) as StatedNumber[];
