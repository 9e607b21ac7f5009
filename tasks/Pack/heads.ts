import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import type { Candidate } from '../../core/ledger/import-files.ts';
import type { RootState } from '../../core/merge/merge.ts';
import { parseLines } from '../../core/ndjson.ts';
import type { Ports } from './ports.ts';

/** What the data store has confirmed of these roots, by the line that each head points to. */
export async function readHeads(
  tenant: string,
  roots: readonly string[],
  ports: Ports,
): Promise<ReadonlyMap<string, RootState>> {
  const heads = await ports.ledger.heads(tenant, roots);
  const states = await concurrently([...heads.values()], 8, async ({ key, start, end }) => {
    const bytes = await ports.objects.get({ bucket: ports.work, key }, { start, end });
    const state = parseLines<Candidate>(bytes)[0]?.state;
    if (state === undefined) throw new FaultError('The line that a head points to is gone');
    return state;
  });
  return new Map(states.map((state) => [state.root, state]));
}
