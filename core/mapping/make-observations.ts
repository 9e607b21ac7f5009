import type { GroupNode } from '../hl7v2/grammar.ts';
import type { Hl7Segment } from '../hl7v2/message.ts';
import { lengthPrefixed } from '../identity.ts';
import type { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import { unitKey } from './keys/clinical.ts';
import type { MessageFault } from './keys/key.ts';
import type { Maker } from './make.ts';
import { fill, isWithdrawn, list, make, noteJoined } from './make.ts';
import type { LinkedMaking } from './plan.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';

interface Member {
  readonly obx: Hl7Segment;
  readonly node: GroupNode | undefined;
}

/** One observation: several lines of text, or one value. */
interface Unit {
  readonly key: readonly string[];
  /** Counts only inside a unit: the second value of the same code and sub-id is 2 (SEMANTICS 3.7). */
  readonly ordinal: number;
  readonly members: Member[];
}

const NO_GROUP: GroupNode = { name: '', many: false, segments: [], groups: [], parent: undefined };
const TEXT_TYPES: ReadonlySet<string> = new Set(['TX', 'FT', 'ST', '']);

/**
 * Makes the observations of a group's OBX segments: equal keys are one unit, whose lines of text are one text. What the
 * table makes `beside` them in the group (a device) is made with each observation.
 */
export function makeObservations(
  observations: readonly LinkedMaking[],
  beside: readonly LinkedMaking[],
  nodes: readonly GroupNode[],
  scope: Scope,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  const members = nodes.flatMap((node): Member[] => {
    const obx = node.segments.find((segment) => segment.name === 'OBX');
    return obx === undefined ? [] : [{ obx, node }];
  });
  for (const linked of observations) {
    const fault = makeUnits(linked, beside, members, scope, run, maker);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The same where OBX stands in no group of its own. */
export function makeLooseObservations(linked: LinkedMaking, scope: Scope, run: Run, maker: Maker): void {
  makeUnits(
    linked,
    [],
    scope.all(linked.making.per).map((obx) => ({ obx, node: undefined })),
    scope,
    run,
    maker,
  );
}

function makeUnits(
  linked: LinkedMaking,
  beside: readonly LinkedMaking[],
  members: readonly Member[],
  scope: Scope,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  const { when } = linked;
  const taken = when === undefined ? members : members.filter(({ obx }) => when(new SegmentEnv(run, obx, scope.find)));
  for (const unit of unitsOf(taken, run, maker)) {
    const inner = scopeOf(unit, scope);
    inner.make(linked.making.as, makeUnit(linked, unit, inner, scope, run, maker));
    for (const other of beside) {
      const fault = make(other, inner, run, maker);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function unitsOf(members: readonly Member[], run: Run, maker: Maker): readonly Unit[] {
  const units: Unit[] = [];
  const counts = new Map<string, number>();
  const texts = new Map<string, Unit>();
  for (const member of members) {
    const key = unitKey(member.obx, run, maker.isDummy);
    const name = lengthPrefixed(key);
    const isText = TEXT_TYPES.has(member.obx.text(2));
    const open = isText ? texts.get(name) : undefined;
    if (open !== undefined) {
      open.members.push(member);
      continue;
    }
    const ordinal = (counts.get(name) ?? 0) + 1;
    counts.set(name, ordinal);
    const unit = { key, ordinal, members: [member] };
    units.push(unit);
    if (isText) texts.set(name, unit);
  }
  return units;
}

function makeUnit(linked: LinkedMaking, unit: Unit, inner: Scope, scope: Scope, run: Run, maker: Maker): Draft {
  const { making } = linked;
  const first = unit.members[0] as Member;
  const root = making.root === undefined ? undefined : scope.made(making.root);
  const parent = root === undefined ? looseParent(scope, first.obx) : [root.id];
  const id = freeId([...parent, ...unit.key], unit.ordinal, run);
  const draft = run.draft('Observation', id, making.authority, root?.key);
  run.unit = unit.members.map((member) => member.obx);
  fill(draft, linked, inner, run, maker, first.obx);
  for (const obx of run.unit.slice(1)) noteJoined(run, obx);
  run.unit = [];
  if (isWithdrawn(draft)) draft.state('value', null, `OBX[${first.obx.occurrence}]-11`);
  list(draft, linked, scope, run, first.obx, isWithdrawn(draft));
  run.units.push({ draft, obx: first.obx, report: scope.made('DiagnosticReport'), obr: scope.find('OBR') });
  return draft;
}

// A report may come in several OBR groups of one message; its units go on counting through them.
function freeId(key: readonly string[], from: number, run: Run): string {
  for (let ordinal = from; ; ordinal += 1) {
    const id = run.setting.id('Observation', ...key, ...(ordinal === 1 ? [] : [String(ordinal)]));
    if (!run.drafts.has(`Observation/${id}`)) return id;
  }
}

// The comments of all lines of a text belong to the one observation that the lines make.
function scopeOf(unit: Unit, scope: Scope): Scope {
  const first = unit.members[0]?.node;
  if (first === undefined) return new Scope(NO_GROUP, scope);
  if (unit.members.length === 1) return new Scope(first, scope);
  return new Scope({ ...first, segments: unit.members.flatMap((member) => member.node?.segments ?? []) }, scope);
}

// An observation of no report is told apart by the visit or patient and its own time (OBX-14).
function looseParent(scope: Scope, obx: Hl7Segment): readonly string[] {
  const holder = scope.made('Encounter') ?? scope.made('Patient');
  return ['loose', holder?.key ?? '', obx.text(14).trim()];
}
