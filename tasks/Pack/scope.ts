import type { ImportScope } from '../../core/ledger/import-files.ts';
import type { Waiting } from '../../core/ledger/ledger.ts';
import type { Ports } from './ports.ts';

type Entry = ImportScope['waiting'][number];

/**
 * As many of the waiting batches as one pack may hold, in batches and bytes of staged statements. The last may be taken in
 * part, in whole chunks; the rest of it goes on waiting. At least one chunk is taken.
 */
export async function chooseScope(tenant: string, ports: Ports): Promise<ImportScope> {
  const chosen: Entry[] = [];
  let room = ports.limits.packBytes;
  for (const waiting of (await ports.ledger.waiting(tenant)).toSorted(inTurn).slice(0, ports.limits.packBatches)) {
    const { entry, bytes } = await chunksWithin(room, waiting, chosen.length === 0, ports);
    if (entry.to > entry.from || entry.chunks === 0) chosen.push(entry);
    if (entry.to < entry.chunks) break;
    room -= bytes;
  }
  return { waiting: chosen };
}

/** How many chunks of a batch there is room for; one at least when it is the first. */
async function chunksWithin(
  room: number,
  { batch, kind, from = 0 }: Waiting,
  first: boolean,
  ports: Ports,
): Promise<{ readonly entry: Entry; readonly bytes: number }> {
  const chunks = (await ports.ledger.batch(batch))?.chunks ?? 0;
  const sizes = await chunkSizes(batch, kind, ports);
  let [to, bytes] = [from, 0];
  for (; to < chunks; to += 1) {
    const more = bytes + (sizes.get(to) ?? 0);
    if (more > room && !(first && to === from)) break;
    bytes = more;
  }
  return { entry: { batch, kind, from, to, chunks }, bytes };
}

/** Notes never hold up data; of the same kind, who waits longest goes first, so that none waits for ever. */
function inTurn(left: Waiting, right: Waiting): number {
  if (left.kind !== right.kind) return left.kind === 'messages' ? -1 : 1;
  return (left.since ?? 0) - (right.since ?? 0);
}

/** Bytes of staged statements by chunk; one that has none is not there. */
async function chunkSizes(batch: string, kind: Waiting['kind'], ports: Ports): Promise<ReadonlyMap<number, number>> {
  const folder = kind === 'messages' ? 'staged' : 'findings';
  const sizes = new Map<number, number>();
  for await (const { key, size } of ports.objects.list(ports.work, `batches/${batch}/${folder}/`)) {
    const [, chunk] = /(\d+)\.ndjson$/.exec(key) ?? [];
    if (chunk !== undefined) sizes.set(Number(chunk), size);
  }
  return sizes;
}
