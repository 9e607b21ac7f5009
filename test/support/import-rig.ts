import { layout } from '../../core/layout.ts';
import type { PackResult } from '../../core/ledger/import-files.ts';
import { countStates, type MessageOutcome } from '../../core/ledger/states.ts';
import { orderKey } from '../../core/merge/order-key.ts';
import { layOutByPartition } from '../../core/merge/staged-file.ts';
import type { SlotValue, StagedLine } from '../../core/merge/statement.ts';
import { formatLines, parseLines } from '../../core/ndjson.ts';
import { claim } from '../../tasks/Claim/step.ts';
import { close } from '../../tasks/Close/step.ts';
import { pack } from '../../tasks/Pack/step.ts';
import { reconcile } from '../../tasks/Reconcile/step.ts';
import { memoryClock, memoryLedger, memoryObjects, memoryQueue, memoryWorkflows, sha256 } from './memory-ports.ts';

export const TENANT = 'demo';
export const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:tributary-import:one';

export interface Said {
  readonly lines: readonly Omit<StagedLine, 'batch' | 'ordinal'>[];
  readonly hash?: string;
  readonly refused?: readonly string[];
}

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

type Refusable = Resource & Record<string, unknown>;

/** What the data store answers to one resource: nothing, or a failure line's status and blamed path. */
export type Refusal = (resource: Refusable) => { status: number; path?: string } | undefined;

function failureLine({ line, resource, refusal }: { line: number; resource: Resource; refusal: ReturnType<Refusal> }) {
  const issue = [{ severity: 'error', expression: refusal?.path === undefined ? [] : [refusal.path] }];
  return {
    ...{ lineId: line + 1, resourceId: resource.id, resourceType: resource.resourceType },
    UpdateResourceResponse: { jsonBlob: { resourceType: 'OperationOutcome', issue }, statusCode: refusal?.status },
  };
}

export const id = (digit: string): string => `${digit.repeat(8)}-0000-8000-8000-000000000000`;

/** What one message says of a patient; a later `time` outranks. */
export function patient(
  digit: string,
  time: number,
  slots: Readonly<Record<string, SlotValue>>,
): Said['lines'][number] {
  const order = orderKey({
    authority: 2,
    time: { epochMs: time, precision: 6, sequence: 0 },
    rank: 0,
    contentHash: sha256(JSON.stringify([time, slots])),
    mappingVersion: 1,
  });
  const stated = Object.entries(slots).map(([name, value]) => [name, { value, from: 'PID-5' }]);
  return { type: 'Patient', id: id(digit), root: `Patient/${id(digit)}`, order, slots: Object.fromEntries(stated) };
}

/** An import over memory ports: batches as Seal leaves them, and a data store that refuses what it is told to refuse. */
export function importRig(
  settings: { readonly maxRounds?: number; readonly packBatches?: number; readonly packBytes?: number } = {},
) {
  const ports = {
    ...{ objects: memoryObjects(), ledger: memoryLedger(), deadLetters: memoryQueue(), workflows: memoryWorkflows() },
    ...{ clock: memoryClock(), work: 'work', sha256, maxRounds: settings.maxRounds ?? 12 },
    limits: { partitions: 4, packBytes: settings.packBytes ?? 1_000_000, packBatches: settings.packBatches ?? 200 },
    jobs: { status: async () => undefined },
    tenants: { [TENANT]: { datastoreId: 'd', dataAccessRoleArn: 'r', kmsKeyId: 'k' } },
  };
  const at = (key: string) => ({ bucket: 'work', key });
  let jobs = 0;

  async function stageChunk(batch: string, chunk: number, first: number, messages: readonly Said[]): Promise<void> {
    const lines = messages.flatMap((said, index) =>
      said.lines.map((line) => ({ ...line, batch, ordinal: first + index })),
    );
    const outcomes = messages.map(
      ({ hash, refused }, index): MessageOutcome => ({
        ...{ ordinal: first + index, start: index, end: index + 1, state: 'staged', type: 'ADT^A01' },
        ...{ ...(hash === undefined ? {} : { hash }), ...(refused === undefined ? {} : { refused }) },
      }),
    );
    const { body, index } = layOutByPartition(lines, ports.limits.partitions);
    const summary = { chunk, counts: countStates(outcomes), deadByReason: {}, filteredByReason: {}, notes: 0, index };
    await ports.objects.put(at(layout.staged(batch, chunk)), body);
    await ports.objects.put(at(layout.outcomes(batch, chunk)), formatLines(outcomes));
    await ports.objects.put(at(layout.summary(batch, chunk)), JSON.stringify(summary));
  }

  /** A batch as Seal leaves it; all its messages in one chunk, or so many a chunk. */
  async function sealed(batch: string, messages: readonly Said[], perChunk = messages.length): Promise<void> {
    const chunks = Math.ceil(messages.length / perChunk);
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const first = chunk * perChunk;
      await stageChunk(batch, chunk, first + 1, messages.slice(first, first + perChunk));
    }
    const now = ports.clock.now();
    const counts = countStates(messages.map(() => ({ state: 'staged' as const })));
    await ports.ledger.createBatch({
      ...{ batch, tenant: TENANT, feed: 'f', bucket: 'b', key: 'k', version: '', size: 1, arrivedAt: now },
      ...{ state: 'sealed', counted: messages.length, chunks, counts, sealedAt: now },
    });
    await ports.ledger.addWaiting(TENANT, { batch, kind: 'messages', since: now });
    await ports.ledger.want(TENANT);
    ports.clock.advance(1);
  }

  /** Runs the job over what a round staged; `bend` makes the manifest lie. */
  async function job(packed: PackResult, refuse: Refusal, bend: object = {}): Promise<string> {
    if (packed.resources === 0) return '';
    jobs += 1;
    const output = `${packed.outputUri}job-${jobs}/`;
    const folder = output.slice('s3://work/'.length);
    const statuses: number[] = [];
    for await (const { key } of ports.objects.list('work', packed.inputUri.slice('s3://work/'.length))) {
      const resources = parseLines<Refusable>(await ports.objects.get(at(key)));
      const answers = resources.map((resource, line) => ({ line, resource, refusal: refuse(resource) }));
      statuses.push(...answers.map(({ refusal }) => refusal?.status ?? 200));
      const failures = answers.filter(({ refusal }) => refusal !== undefined).map(failureLine);
      const file = key.slice(key.lastIndexOf('/') + 1);
      if (failures.length > 0) await ports.objects.put(at(`${folder}FAILURE/${file}`), formatLines(failures));
    }
    const manifest = {
      numberOfResourcesScanned: statuses.length,
      numberOfResourcesImportedSuccessfully: statuses.filter((status) => status < 400).length,
      numberOfResourcesWithCustomerError: statuses.filter((status) => status >= 400 && status < 500).length,
      numberOfResourcesWithServerError: statuses.filter((status) => status >= 500).length,
    };
    await ports.objects.put(at(`${folder}Manifest.json`), JSON.stringify({ ...manifest, ...bend }));
    return output;
  }

  const takeClaim = async (execution = EXECUTION) => {
    const held = await claim({ tenant: TENANT, execution }, ports);
    if (!held.held) throw new Error('The data store is held');
    return { tenant: TENANT, import: held.import, sequence: held.sequence, round: held.round };
  };

  async function round(refuse: Refusal = () => undefined, bend: object = {}) {
    const place = await takeClaim();
    const packed = await pack(place, ports);
    const outputUri = await job(packed, refuse, bend);
    const partitions = parseLines<{ partition: number }>(await ports.objects.get(at(packed.partitionsKey)));
    for (const { partition } of partitions) await reconcile({ ...place, outputUri, partition }, ports);
    return { ...(await close({ ...place, outputUri }, ports)), place: { ...place, outputUri }, packed };
  }

  return {
    ...{ ports, sealed, job, takeClaim, round, TENANT },
    /** Rounds until the import ends; how many there were. */
    async run(refuse: Refusal = () => undefined): Promise<number> {
      for (let rounds = 1; ; rounds += 1) if (!(await round(refuse)).again) return rounds;
    },
    /** The data store's bulk input of one round. */
    async staged({ import: name, round: number }: { import: string; round: number }): Promise<Resource[]> {
      const found: Resource[] = [];
      for await (const { key } of ports.objects.list('work', layout.importInput(name, number)))
        found.push(...parseLines<Resource>(await ports.objects.get(at(key))));
      return found;
    },
    async outcomes(batch: string): Promise<MessageOutcome[]> {
      const found: MessageOutcome[] = [];
      for await (const { key } of ports.objects.list('work', `batches/${batch}/final/`))
        found.push(...parseLines<MessageOutcome>(await ports.objects.get(at(key))));
      return found;
    },
  };
}
