import { concurrently } from '../../core/concurrently.ts';
import type { Batch, Ledger } from '../../core/ledger/ledger.ts';
import type { Clock, Workflows } from '../../core/ports.ts';
import { type Output, STANDS_STILL_MS } from './contract.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly tenants: readonly string[];
  /** ARN prefix of executions of a state machine, ending in `:`. */
  readonly executionPrefix: (machine: string) => string;
}

/** Where the books of those lie who named no tenant of ours. */
const NOBODY = '-';

/**
 * Continues what stands still (DESIGN section 3, Sweep): batches whose execution ended before they were sealed, sealed
 * batches and notes that nobody waits for, and tenants for whom something waits while nobody holds their data store.
 * Every step may run twice, so it need not be sure.
 */
export async function sweep(ports: Ports): Promise<Output> {
  let started = 0;
  for (const tenant of [...ports.tenants, NOBODY]) started += await sweepBatches(tenant, ports);
  for (const tenant of ports.tenants) {
    const waits = (await ports.ledger.waiting(tenant)).length > 0;
    started += await sweepHolder(tenant, tenant, 'import', waits, ports);
    const notesWait = (await ports.ledger.notesWaiting(tenant)).length > 0;
    started += await sweepHolder(tenant, `notes#${tenant}`, 'enrich', notesWait, ports);
  }
  return { started };
}

async function sweepBatches(tenant: string, ports: Ports): Promise<number> {
  // Read before the books: what Close lets go in between is closed by then.
  const waiting = new Set((await ports.ledger.waiting(tenant)).map(({ kind, batch }) => `${kind} ${batch}`));
  const notes = new Set(await ports.ledger.notesWaiting(tenant));
  const open = await ports.ledger.openBatches(tenant);
  const started = await concurrently(open, 8, async (id): Promise<number> => {
    const book = await ports.ledger.batch(id);
    if (book === undefined) return 0;
    if (hasEnded(book)) {
      await ports.ledger.removeOpen(tenant, id);
      return 0;
    }
    if (book.state === 'sealed' && !waiting.has(`messages ${id}`)) await waitAgain(book, ports);
    if (book.notes?.state === 'waiting' && !notes.has(id)) await readNotesAgain(book, ports);
    return isEarly(book) ? await ingestAgain(book, ports) : 0;
  });
  return started.reduce((sum, one) => sum + one, 0);
}

function hasEnded({ state, notes }: Batch): boolean {
  return state === 'closed' && (notes === undefined || notes.state === 'read');
}

function isEarly({ state }: Batch): boolean {
  return state === 'admitted' || state === 'received' || state === 'split';
}

function isOld(since: number | undefined, ports: Ports): boolean {
  return ports.clock.now() - (since ?? 0) > STANDS_STILL_MS;
}

/** Seal ended between its two writes. */
async function waitAgain({ batch, tenant, sealedAt }: Batch, ports: Ports): Promise<void> {
  if (!isOld(sealedAt, ports)) return;
  await ports.ledger.addWaiting(tenant, { batch, kind: 'messages', since: ports.clock.now() });
  await ports.ledger.want(tenant);
}

async function readNotesAgain({ batch, tenant, sealedAt }: Batch, ports: Ports): Promise<void> {
  if (!isOld(sealedAt, ports)) return;
  await ports.ledger.addNotesWaiting(tenant, batch);
  await ports.ledger.want(`notes#${tenant}`);
}

async function ingestAgain(book: Batch, ports: Ports): Promise<number> {
  if (!isOld(book.arrivedAt, ports)) return 0;
  const prefix = ports.executionPrefix('ingest');
  for (const name of [book.batch, ...(book.resumedBy === undefined ? [] : [book.resumedBy])])
    if (await ports.workflows.running(`${prefix}${name}`)) return 0;
  const resumedBy = `${book.batch}-${turn(ports)}`;
  // Written down first, so that the next sweep sees the one who runs.
  await ports.ledger.updateBatch(book.batch, { resumedBy });
  return (await ports.workflows.start('ingest', resumedBy, { batch: book.batch })) === 'started' ? 1 : 0;
}

async function sweepHolder(
  tenant: string,
  claimName: string,
  machine: string,
  waits: boolean,
  ports: Ports,
): Promise<number> {
  const claim = await ports.ledger.claim(claimName);
  if (!waits && claim?.open === undefined) return 0;
  if (claim?.holder !== undefined && (await ports.workflows.running(claim.holder))) return 0;
  return (await ports.workflows.start(machine, `sweep-${tenant}-${turn(ports)}`, { tenant })) === 'started' ? 1 : 0;
}

/** One name a minute, so that two sweeps at once start one execution. */
function turn(ports: Ports): number {
  return Math.floor(ports.clock.now() / 60_000);
}
