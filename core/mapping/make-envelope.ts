import type { Hl7Segment } from '../hl7v2/message.ts';
import type { ResourceDraft } from '../merge/statement.ts';
import type { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import { fill } from './fill.ts';
import { envelopeKeys } from './keys/envelope.ts';
import type { LinkedEnvelope } from './link-envelope.ts';
import { list } from './listing.ts';
import type { Maker } from './maker.ts';
import type { Run, Walked } from './run.ts';

/**
 * Makes the envelope of a message (SEMANTICS 10): the Bundle, the MessageHeader, the Provenance and the software. What the
 * message states of its patient is left as it is: a person or place that both name is the message's own, and the drafts
 * made here are handed back apart from the others.
 */
export function makeEnvelope(rows: readonly LinkedEnvelope[], run: Run, maker: Maker): readonly ResourceDraft[] {
  const { header, drafts: message } = run;
  if (header === undefined) return [];
  run.drafts = new Map();
  for (const row of rows) {
    for (const group of run.walked) {
      if (!row.paths.has(group.path)) continue;
      const own = group.scope.node.segments.filter((segment) => segment.name === row.making.per);
      for (const segment of own) makeOne(row, group, segment, header, [...message.values()], run, maker);
    }
  }
  const made = [...run.drafts.values()].filter((draft) => !message.has(draft.key));
  run.drafts = message;
  return made.map((draft) => draft.finish());
}

function makeOne(
  row: LinkedEnvelope,
  group: Walked,
  own: Hl7Segment,
  header: Hl7Segment,
  message: readonly Draft[],
  run: Run,
  maker: Maker,
): void {
  const { scope } = group;
  const { making } = row;
  if (row.when?.(new SegmentEnv(run, own, scope.find)) === false) return;
  const about = row.about.map(({ names }) => names.flatMap((name) => named(name, group, message)));
  // A Provenance of nothing that the message made says nothing.
  if (about.some((keys) => keys.length === 0) && making.make === 'Provenance') return;
  const context = { run, type: making.make, name: making.as, header, own, about: about.flat() };
  const id = envelopeKeys[making.id](context);
  if (id === undefined) return;
  const draft = run.draft(making.make, id, 1);
  for (const [at, { slot, put }] of row.about.entries()) {
    for (const reference of new Set(about[at])) put(draft.fragment(slot, row.key), { reference }, 0, 0);
  }
  fill(draft, row, scope, run, maker, own);
  scope.make(making.as, draft);
  list(draft, row, scope, run, own);
}

/** What a name stands for: all that the message made; what its group made; or what was made around it. */
function named(name: string, { scope, from, to }: Walked, message: readonly Draft[]): readonly string[] {
  if (name === '*') return message.map((draft) => draft.key);
  const inside = message.slice(from, to).filter((draft) => draft.type === name);
  if (inside.length > 0) return inside.map((draft) => draft.key);
  const around = scope.made(name);
  return around === undefined ? [] : [around.key];
}
