import { createHash, createHmac } from 'node:crypto';
import type { Batch, ClaimState, Head, ImportRecord, Ledger, SeenOwner, Waiting } from '../../core/ledger/ledger.ts';
import type { Clock, KeyedHash, ObjectPointer, ObjectStore, Queue, Workflows } from '../../core/ports.ts';

/**
 * The ports in memory, for tests of tasks. What the object store and the ledger promise is held by one contract suite that
 * runs over these and over the real adapters (`test/cloud/adapters`).
 */

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const keyedHash: KeyedHash = (value) => createHmac('sha256', 'test').update(value).digest('hex');

interface MemoryStore extends ObjectStore {
  /** Bucket and key, as `bucket/key`, to bytes. */
  readonly held: Map<string, Uint8Array>;
  text(bucket: string, key: string): string | undefined;
}

export function memoryObjects(): MemoryStore {
  const held = new Map<string, Uint8Array>();
  const place = ({ bucket, key }: ObjectPointer) => `${bucket}/${key}`;
  const bytesOf = (body: Uint8Array | string) =>
    typeof body === 'string' ? new TextEncoder().encode(body) : body.slice();
  const get: ObjectStore['get'] = async (at, range) => {
    const bytes = held.get(place(at));
    return range === undefined ? bytes?.slice() : bytes?.slice(range.start, Math.max(range.start, range.end));
  };
  return {
    held,
    text: (bucket, key) => {
      const bytes = held.get(`${bucket}/${key}`);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    head: async (at) => {
      const bytes = held.get(place(at));
      return bytes === undefined ? undefined : { size: bytes.length, lastModified: 0 };
    },
    get,
    async *stream(at, range) {
      const bytes = await get(at, range);
      // Small runs, so that a reader that counts on whole lines is found out.
      for (let start = 0; bytes !== undefined && start < bytes.length; start += 7) yield bytes.slice(start, start + 7);
    },
    put: async (at, body) => {
      held.set(place(at), bytesOf(body));
    },
    putIfAbsent: async (at, body) => {
      if (held.has(place(at))) return false;
      held.set(place(at), bytesOf(body));
      return true;
    },
    putStream: async (at, body) => {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      held.set(place(at), Buffer.concat(parts));
    },
    async *list(bucket, prefix) {
      for (const name of [...held.keys()].toSorted())
        if (name.startsWith(`${bucket}/${prefix}`))
          yield { key: name.slice(bucket.length + 1), size: held.get(name)?.length ?? 0 };
    },
  };
}

const fresh: ClaimState = { wanted: 0, looked: 0, sequence: 0, round: 1, attempt: 1 };

export function memoryLedger(): Ledger {
  return { ...memoryBatches(), ...memoryWaiting(), ...memoryClaims(), ...memoryHeads() };
}

function memoryBatches(): Pick<
  Ledger,
  | 'createBatch'
  | 'batch'
  | 'updateBatch'
  | 'batches'
  | 'openBatches'
  | 'removeOpen'
  | 'setNotes'
  | 'setFindingsImport'
  | 'putImport'
  | 'importRecord'
> {
  const batches = new Map<string, Batch>();
  const open = new Map<string, string>();
  const imports = new Map<string, ImportRecord>();
  const change = (batch: string, fields: Partial<Batch>) => {
    const known = batches.get(batch);
    if (known === undefined) return;
    const stated = Object.entries(structuredClone(fields)).filter(([, value]) => value !== undefined);
    batches.set(batch, { ...known, ...Object.fromEntries(stated) });
  };
  return {
    createBatch: async (batch) => {
      if (batches.has(batch.batch)) return false;
      batches.set(batch.batch, structuredClone(batch));
      if (batch.state !== 'closed') open.set(batch.batch, batch.tenant);
      return true;
    },
    batch: async (batch) => structuredClone(batches.get(batch)),
    updateBatch: async (batch, fields) => {
      const known = batches.get(batch);
      if (known === undefined || known.state === 'closed') return false;
      change(batch, fields);
      return true;
    },
    batches: async (tenant, limit) =>
      [...batches.values()]
        .filter((batch) => batch.tenant === tenant)
        .toSorted((left, right) => right.arrivedAt - left.arrivedAt)
        .slice(0, limit),
    openBatches: async (tenant) =>
      [...open]
        .filter(([, of]) => of === tenant)
        .map(([batch]) => batch)
        .toSorted(),
    removeOpen: async (_tenant, batch) => {
      open.delete(batch);
    },
    setNotes: async (batch, notes) => change(batch, { notes }),
    setFindingsImport: async (batch, id) => change(batch, { findingsImport: id }),
    putImport: async (record) => {
      imports.set(record.import, structuredClone(record));
    },
    importRecord: async (id) => structuredClone(imports.get(id)),
  };
}

function memoryWaiting(): Pick<
  Ledger,
  'addWaiting' | 'waiting' | 'removeWaiting' | 'addNotesWaiting' | 'notesWaiting' | 'removeNotesWaiting'
> {
  const waiting = new Map<string, { tenant: string; entry: Waiting }>();
  const notes = new Map<string, string>();
  const name = (tenant: string, { kind, batch }: Waiting) => `${tenant} ${kind}#${batch}`;
  return {
    addWaiting: async (tenant, entry) => {
      waiting.set(name(tenant, entry), { tenant, entry: { ...entry } });
    },
    waiting: async (tenant) =>
      [...waiting]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .filter(([, one]) => one.tenant === tenant)
        .map(([, { entry }]) => ({ ...entry })),
    removeWaiting: async (tenant, entry) => {
      waiting.delete(name(tenant, entry));
    },
    addNotesWaiting: async (tenant, batch) => {
      notes.set(`${tenant} ${batch}`, tenant);
    },
    notesWaiting: async (tenant) =>
      [...notes]
        .filter(([, of]) => of === tenant)
        .map(([key]) => key.slice(tenant.length + 1))
        .toSorted(),
    removeNotesWaiting: async (tenant, batch) => {
      notes.delete(`${tenant} ${batch}`);
    },
  };
}

function memoryClaims(): Pick<Ledger, 'claim' | 'want' | 'replaceClaim'> {
  const claims = new Map<string, ClaimState>();
  return {
    claim: async (name) => structuredClone(claims.get(name)),
    want: async (name) => {
      const known = claims.get(name) ?? fresh;
      claims.set(name, { ...known, wanted: known.wanted + 1 });
    },
    replaceClaim: async (name, was, next) => {
      const known = claims.get(name) ?? fresh;
      const before = was ?? fresh;
      const same = known.holder === was?.holder && known.sequence === before.sequence && known.round === before.round;
      if (!same || (next.holder === undefined && known.wanted !== next.looked)) return false;
      claims.set(name, { ...structuredClone(next), wanted: known.wanted });
      return true;
    },
  };
}

function memoryHeads(): Pick<Ledger, 'heads' | 'confirmHead' | 'seen' | 'takeSeen'> {
  const heads = new Map<string, Head>();
  const owners = new Map<string, SeenOwner>();
  return {
    heads: async (tenant, roots) =>
      new Map(
        roots.flatMap((root) => {
          const head = heads.get(`${tenant} ${root}`);
          return head === undefined ? [] : [[root, { ...head }] as const];
        }),
      ),
    confirmHead: async (tenant, head) => {
      const known = heads.get(`${tenant} ${head.root}`);
      if (known === undefined || known.sequence <= head.sequence) heads.set(`${tenant} ${head.root}`, { ...head });
    },
    seen: async (tenant, hashes) =>
      new Map(
        hashes.flatMap((hash) => {
          const owner = owners.get(`${tenant} ${hash}`);
          return owner === undefined ? [] : [[hash, { ...owner }] as const];
        }),
      ),
    takeSeen: async (tenant, hash, owner) => {
      const known = owners.get(`${tenant} ${hash}`);
      if (known === undefined) owners.set(`${tenant} ${hash}`, { ...owner });
      return { ...(known ?? owner) };
    },
  };
}

interface MemoryQueue extends Queue {
  readonly sent: string[];
}

export function memoryQueue(): MemoryQueue {
  const sent: string[] = [];
  return {
    sent,
    send: async (bodies) => {
      sent.push(...bodies);
    },
  };
}

interface MemoryWorkflows extends Workflows {
  readonly started: { readonly machine: string; readonly name: string; readonly input: unknown }[];
  /** ARNs of executions that run. */
  readonly live: Set<string>;
}

export function memoryWorkflows(): MemoryWorkflows {
  const started: MemoryWorkflows['started'] = [];
  const live = new Set<string>();
  return {
    started,
    live,
    start: async (machine, name, input) => {
      if (started.some((one) => one.machine === machine && one.name === name)) return 'duplicate';
      started.push({ machine, name, input });
      return 'started';
    },
    running: async (arn) => live.has(arn),
  };
}

export function memoryClock(start = Date.parse('2026-01-01T00:00:00Z')): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    parse: (instant) => (Number.isNaN(Date.parse(instant)) ? undefined : Date.parse(instant)),
    advance: (ms) => {
      now += ms;
    },
  };
}
