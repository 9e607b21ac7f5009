import type { ImportScope } from '../../core/ledger/import-files.ts';
import type { Waiting } from '../../core/ledger/ledger.ts';
import type { Ports } from './ports.ts';

type Entry = ImportScope['waiting'][number];

/** As many of the waiting batches as one pack may hold, in batches and bytes of staged statements; at least one. */
export async function chooseScope(tenant: string, ports: Ports): Promise<ImportScope> {
  const chosen: Entry[] = [];
  let bytes = 0;
  for (const waiting of (await ports.ledger.waiting(tenant)).toSorted(inTurn)) {
    if (chosen.length >= ports.limits.packBatches) break;
    const size = await stagedBytes(waiting, ports);
    if (chosen.length > 0 && bytes + size > ports.limits.packBytes) break;
    const book = await ports.ledger.batch(waiting.batch);
    chosen.push({ batch: waiting.batch, kind: waiting.kind, chunks: book?.chunks ?? 0 });
    bytes += size;
  }
  return { waiting: chosen };
}

/** Notes never hold up data; of the same kind, who waits longest goes first, so that none waits for ever. */
function inTurn(left: Waiting, right: Waiting): number {
  if (left.kind !== right.kind) return left.kind === 'messages' ? -1 : 1;
  return (left.since ?? 0) - (right.since ?? 0);
}

async function stagedBytes({ batch, kind }: Waiting, ports: Ports): Promise<number> {
  const prefix = kind === 'messages' ? `batches/${batch}/staged/` : `batches/${batch}/findings/`;
  let bytes = 0;
  for await (const { size } of ports.objects.list(ports.work, prefix)) bytes += size;
  return bytes;
}
