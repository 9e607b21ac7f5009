import { canonical } from '../../core/canonical.ts';
import { checkResource } from '../../core/fhir/check.ts';
import { layout } from '../../core/layout.ts';
import type { Candidate, ImportScope, PartitionResult, TallyLine, Withdrawal } from '../../core/ledger/import-files.ts';
import { stringifyFhir } from '../../core/mapping/fhir-json.ts';
import { blamedSlot } from '../../core/merge/blame.ts';
import { mergeLines, type ResourceState, type RootState, standingSlots } from '../../core/merge/merge.ts';
import { type Resource, renderState } from '../../core/merge/render.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import { formatLines } from '../../core/ndjson.ts';
import { readHeads } from './heads.ts';
import type { Job, Ports } from './ports.ts';
import { readStaged } from './staged.ts';

export interface PackedPartition {
  readonly roots: number;
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
  const lines = (await readStaged(partition, scope, ports)).filter((line) => !gone.has(lineKey(line)));
  if (lines.length === 0) return { roots: 0, resources: 0 };
  const byRoot = Map.groupBy(lines, ({ root }) => root);
  const heads = await readHeads(job.tenant, [...byRoot.keys()], ports);
  const refusedRoots = new Set(withdrawn.map(({ root }) => root));
  const packed = [...byRoot].map(([root, said]) =>
    packRoot(heads.get(root) ?? { root, resources: {} }, said, refusedRoots.has(root)),
  );
  await write(partition, job, packed, ports);
  return { roots: packed.length, resources: packed.reduce((sum, { rendered }) => sum + rendered.length, 0) };
}

/**
 * Merges one root and renders what changed. A rendered whole that cannot stand blames the statement that gives the faulty
 * element; that line is taken back and the root merged again, so the rest goes on (SEMANTICS 10: "Pack validates").
 */
function packRoot(head: RootState, said: readonly StagedLine[], restage: boolean): PackedRoot {
  const withdrawals: Withdrawal[] = [];
  let lines = said;
  for (;;) {
    const state = mergeLines(head, lines);
    const changed = Object.values(state.resources).filter(
      (resource) => restage || differs(resource, head.resources[keyOf(resource)]),
    );
    const blame = firstBlame(changed, lines);
    if (blame === undefined) {
      const rendered = changed.map(renderState);
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
function differs(now: ResourceState, before: ResourceState | undefined): boolean {
  if (before === undefined) return true;
  return comparable(now) !== comparable(before);
}

function comparable(state: ResourceState): string {
  const { 'meta#source': _source, ...slots } = state.slots;
  return canonical(renderState({ ...state, slots }));
}

function firstBlame(changed: readonly ResourceState[], lines: readonly StagedLine[]): Withdrawal | undefined {
  for (const state of changed) {
    const fault = checkResource(renderState(state))[0];
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

async function write(partition: number, job: Job, packed: readonly PackedRoot[], ports: Ports): Promise<void> {
  const at = (key: string) => ({ bucket: ports.work, key });
  const resources = packed.flatMap(({ rendered }) => rendered);
  const { import: id, round } = job;
  await ports.objects.put(
    at(layout.candidates(id, round, partition)),
    formatLines(packed.map(({ candidate }) => candidate)),
  );
  await ports.objects.put(at(layout.tally(id, round, partition)), formatLines(packed.flatMap(({ tally }) => tally)));
  const found: Pick<PartitionResult, 'withdrawals'> = { withdrawals: packed.flatMap(({ withdrawals }) => withdrawals) };
  await ports.objects.put(at(layout.packWithdrawn(id, round, partition)), JSON.stringify(found));
  if (resources.length > 0)
    await ports.objects.put(
      at(layout.importPart(id, round, partition)),
      resources.map((resource) => `${stringifyFhir(resource)}\n`).join(''),
    );
}
