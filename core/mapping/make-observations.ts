import type { GroupNode } from '../hl7v2/grammar.ts';
import type { Hl7Segment } from '../hl7v2/message.ts';
import { lengthPrefixed } from '../identity.ts';
import type { Draft } from './draft.ts';
import { SegmentEnv } from './env.ts';
import { fill, noteJoined } from './fill.ts';
import { unitKey } from './keys/clinical.ts';
import type { MessageFault } from './keys/key.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { LinkedMaking } from './link-making.ts';
import { isWithdrawn, list } from './listing.ts';
import { make } from './make.ts';
import type { Maker } from './maker.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';
import { isTextLine } from './text-line.ts';

interface Member {
  readonly obx: Hl7Segment;
  readonly node: GroupNode | undefined;
}

/** One observation: several lines of text, or one value. */
interface Unit {
  /** Canonical text of what tells it apart within its report. */
  readonly key: string;
  /** Counts only inside a unit: the second value of the same code and sub-id is 2 (SEMANTICS 3.7). */
  readonly ordinal: number;
  readonly members: Member[];
}

/** The units of one key: how many there are, and the one that takes further lines of text. */
interface SameKey {
  count: number;
  open: Unit | undefined;
}

const NO_GROUP: GroupNode = { name: '', many: false, segments: [], groups: [], parent: undefined };

/**
 * Makes the observations of a group's OBX segments, whose instances stand in `node`: equal keys are one unit, whose lines
 * of text are one text. What the table makes beside them in the group (a device) is made with each observation.
 */
export function makeObservations(
  group: LinkedGroup,
  name: string,
  node: GroupNode,
  scope: Scope,
  run: Run,
  maker: Maker,
): MessageFault | undefined {
  const members = membersOf(node, name);
  for (const linked of group.observations) {
    const fault = makeUnits(linked, group.ofObservation, members, scope, run, maker);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function membersOf({ groups }: GroupNode, name: string): readonly Member[] {
  const members: Member[] = [];
  for (const node of groups) {
    if (node.name !== name) continue;
    for (const obx of node.segments) {
      if (obx.name !== 'OBX') continue;
      members.push({ obx, node });
      break;
    }
  }
  return members;
}

const NONE: readonly LinkedMaking[] = [];

/** The same where OBX stands in no group of its own. */
export function makeLooseObservations(linked: LinkedMaking, scope: Scope, run: Run, maker: Maker): void {
  const members = scope.all(linked.per).map((obx) => ({ obx, node: undefined }));
  makeUnits(linked, NONE, members, scope, run, maker);
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
  if (taken.length === 0) return undefined;
  for (const unit of unitsOf(taken, run, maker)) {
    const inner = scopeOf(unit, scope);
    inner.make(linked.as, makeUnit(linked, unit, inner, scope, run, maker));
    for (const other of beside) {
      const fault = make(other, inner, run, maker);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function unitsOf(members: readonly Member[], run: Run, maker: Maker): readonly Unit[] {
  const units: Unit[] = [];
  const byKey = new Map<string, SameKey>();
  for (const member of members) {
    const key = lengthPrefixed(unitKey(member.obx, run, maker.isDummy));
    const same = byKey.get(key);
    const isText = isTextLine(member.obx);
    if (isText && same?.open !== undefined) {
      same.open.members.push(member);
      continue;
    }
    const unit = { key, ordinal: (same?.count ?? 0) + 1, members: [member] };
    units.push(unit);
    if (same === undefined) byKey.set(key, { count: 1, open: isText ? unit : undefined });
    else {
      same.count += 1;
      if (isText) same.open = unit;
    }
  }
  return units;
}

function makeUnit(linked: LinkedMaking, unit: Unit, inner: Scope, scope: Scope, run: Run, maker: Maker): Draft {
  const first = unit.members[0] as Member;
  const root = linked.root === undefined ? undefined : scope.made(linked.root);
  const parent = root === undefined ? looseParent(scope, first.obx) : lengthPrefixed([root.id]);
  const draft = beginUnit(parent + unit.key, unit.ordinal, linked, root, run);
  run.unit = unit.members.map((member) => member.obx);
  fill(draft, linked, inner, run, maker, first.obx);
  if (run.trace !== undefined) for (const obx of run.unit.slice(1)) noteJoined(run, obx);
  run.unit = NO_UNIT;
  if (isWithdrawn(draft)) draft.state('value', null, `OBX[${first.obx.occurrence}]-11`);
  list(draft, linked, scope, run, first.obx);
  run.units.push({ draft, obx: first.obx, report: scope.made('DiagnosticReport'), obr: scope.nearest('OBR') });
  return draft;
}

const NO_UNIT: readonly Hl7Segment[] = [];

// A report may come in several OBR groups of one message; its units go on counting through them.
function beginUnit(key: string, from: number, linked: LinkedMaking, root: Draft | undefined, run: Run): Draft {
  for (let ordinal = from; ; ordinal += 1) {
    const id = run.setting.idOf('Observation', ordinal === 1 ? key : key + lengthPrefixed([String(ordinal)]));
    const name = `Observation/${id}`;
    if (!run.drafts.has(name)) return run.begin('Observation', id, linked.authority, root?.key, name);
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
function looseParent(scope: Scope, obx: Hl7Segment): string {
  const holder = scope.made('Encounter') ?? scope.made('Patient');
  return lengthPrefixed(['loose', holder?.key ?? '', obx.text(14).trim()]);
}
