import { canonical } from '../../core/canonical.ts';
import { checkResource } from '../../core/fhir/check.ts';
import { layout } from '../../core/layout.ts';
import type { Candidate, ImportScope, PartitionResult, TallyLine, Withdrawal } from '../../core/ledger/import-files.ts';
import { stringifyFhir } from '../../core/mapping/fhir-json.ts';
import { blamedSlot } from '../../core/merge/blame.ts';
import { mergeLines, type ResourceState, type RootState, standingSlots } from '../../core/merge/merge.ts';
import { isStale, renderStanding } from '../../core/merge/note-marks.ts';
import type { Resource } from '../../core/merge/render.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import { formatLines } from '../../core/ndjson.ts';
import { readHeads } from './heads.ts';
import type { Job, Ports } from './ports.ts';
import { readStaged } from './staged.ts';

export interface PackedPartition {
  /** Whether anything was written. */
  readonly used: boolean;
  readonly resources: number;
}

interface PackedRoot {
  readonly candidate: Candidate;
  readonly rendered: readonly Resource[];
  readonly tally: readonly TallyLine[];
  readonly withdrawals: readonly Withdrawal[];
}

/** One partition: all versions of a root meet here. Bounded by what one pack may read, divided by the partitions. */
export async function packPartition(
  partition: number,
  job: Job,
  scope: ImportScope,
  withdrawn: readonly Withdrawal[],
  ports: Ports,
): Promise<PackedPartition> {
  const gone = new Set(withdrawn.map(withdrawalKey));
  const whole = new Map(withdrawn.filter((one) => one.whole === true).map((one) => [one.resource, one]));
  const said = (await readStaged(partition, scope, ports)).filter((line) => !gone.has(lineKey(line)));
  const lines = said.filter((line) => !whole.has(keyOf(line)));
  if (said.length === 0) return { used: false, resources: 0 };
  const byRoot = Map.groupBy(lines, ({ root }) => root);
  const heads = await readHeads(job.tenant, [...byRoot.keys()], ports);
  // What an earlier round may have brought into the data store before it was taken back is written over.
  const again = new Set(withdrawn.map(({ resource }) => resource));
  const packed = [...byRoot].map(([root, lines]) =>
    packRoot(heads.get(root) ?? { root, resources: {} }, lines, (resource, differs) =>
      whole.has(resource) ? false : differs || again.has(resource),
    ),
  );
  const taken = said.flatMap((line): Withdrawal[] => {
    const why = whole.get(keyOf(line));
    return why === undefined ? [] : [{ ...why, batch: line.batch, ordinal: line.ordinal }];
  });
  await write(partition, job, packed, taken, ports);
  return { used: true, resources: packed.reduce((sum, { rendered }) => sum + rendered.length, 0) };
}

/**
 * Merges one root and renders what changed. A rendered whole that cannot stand blames the statement that gives the faulty
 * element; that line is taken back and the root merged again, so the rest goes on (SEMANTICS 10: "Pack validates").
 */
function packRoot(
  head: RootState,
  said: readonly StagedLine[],
  goes: (resource: string, differs: boolean) => boolean,
): PackedRoot {
  const withdrawals: Withdrawal[] = [];
  let lines = said;
  for (;;) {
    const state = mergeLines(head, lines);
    const changed = Object.values(state.resources).filter((resource) =>
      goes(keyOf(resource), differs(resource, state, head)),
    );
    const blame = firstBlame(changed, state, lines);
    if (blame === undefined) {
      const rendered = changed.map((resource) => renderStanding(state, resource));
      const staged = changed.map(keyOf);
      const created = staged.filter((resource) => head.resources[resource] === undefined);
      return { candidate: { state, staged, created }, rendered, tally: tallyOf(state, lines), withdrawals };
    }
    withdrawals.push(blame);
    const key = withdrawalKey(blame);
    lines = lines.filter((line) => lineKey(line) !== key);
  }
}

const keyOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}/${id}`;

// `meta.source` names the last message that spoke; by itself it is no change (SEMANTICS 8.2: a re-issued message converges).
function differs(now: ResourceState, root: RootState, head: RootState): boolean {
  const before = head.resources[keyOf(now)];
  // What its note does not hold is not loaded only to be called an error.
  if (before === undefined) return !isStale(root, now);
  return comparable(now, root) !== comparable(before, head);
}

function comparable(state: ResourceState, root: RootState): string {
  const { 'meta#source': _source, ...slots } = state.slots;
  return canonical(renderStanding(root, { ...state, slots }));
}

function firstBlame(
  changed: readonly ResourceState[],
  root: RootState,
  lines: readonly StagedLine[],
): Withdrawal | undefined {
  for (const state of changed) {
    const fault = checkResource(renderStanding(root, state))[0];
    const blamed = fault === undefined ? undefined : blamedSlot(state, fault.path);
    if (blamed === undefined) continue;
    const resource = keyOf(state);
    const own = (line: StagedLine) => keyOf(line) === resource;
    const { batch, ordinal, from } = blamed.slot;
    const said =
      lines.find((line) => own(line) && line.batch === batch && line.ordinal === ordinal) ?? lines.findLast(own);
    if (said === undefined) continue;
    return {
      batch: said.batch,
      ordinal: said.ordinal,
      resource,
      root: said.root,
      path: from,
      reason: 'resource-invalid',
    };
  }
  return undefined;
}

function tallyOf(state: RootState, lines: readonly StagedLine[]): TallyLine[] {
  // Findings of notes have a book of their own.
  return lines.flatMap((line) =>
    line.ordinal >= 0 && standingSlots(state, line) > 0 ? [{ batch: line.batch, ordinal: line.ordinal }] : [],
  );
}

export const withdrawalKey = ({ batch, ordinal, resource }: Withdrawal): string => `${batch} ${ordinal} ${resource}`;
const lineKey = ({ batch, ordinal, type, id }: StagedLine): string => `${batch} ${ordinal} ${type}/${id}`;

async function write(
  partition: number,
  job: Job,
  packed: readonly PackedRoot[],
  taken: readonly Withdrawal[],
  ports: Ports,
): Promise<void> {
  const at = (key: string) => ({ bucket: ports.work, key });
  const resources = packed.flatMap(({ rendered }) => rendered);
  const { import: id, round } = job;
  await ports.objects.put(
    at(layout.candidates(id, round, partition)),
    formatLines(packed.map(({ candidate }) => candidate)),
  );
  await ports.objects.put(at(layout.tally(id, round, partition)), formatLines(packed.flatMap(({ tally }) => tally)));
  const found: Pick<PartitionResult, 'withdrawals'> = {
    withdrawals: [...taken, ...packed.flatMap(({ withdrawals }) => withdrawals)],
  };
  await ports.objects.put(at(layout.packWithdrawn(id, round, partition)), JSON.stringify(found));
  if (resources.length > 0)
    await ports.objects.put(
      at(layout.importPart(id, round, partition)),
      resources.map((resource) => `${stringifyFhir(resource)}\n`).join(''),
    );
}
