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

const RECENT = 500;

/**
 * Continues what stands still (DESIGN section 3, Sweep): batches whose execution ended before they were sealed, and
 * tenants for whom something waits while nobody holds their data store. Every step may run twice, so it need not be sure.
 */
export async function sweep(ports: Ports): Promise<Output> {
  let started = 0;
  for (const tenant of ports.tenants) {
    started += await sweepBatches(tenant, ports);
    started += await sweepHolder(tenant, tenant, 'import', (await ports.ledger.waiting(tenant)).length > 0, ports);
    started += await sweepHolder(
      tenant,
      `notes#${tenant}`,
      'enrich',
      (await ports.ledger.notesWaiting(tenant)).length > 0,
      ports,
    );
  }
  return { started };
}

async function sweepBatches(tenant: string, ports: Ports): Promise<number> {
  let started = 0;
  for (const batch of await ports.ledger.batches(tenant, RECENT)) {
    if (!standsStill(batch, ports) || (await ingesting(batch, ports))) continue;
    const again = await ports.workflows.start('ingest', `${batch.batch}-${turn(ports)}`, { batch: batch.batch });
    if (again === 'started') started += 1;
  }
  return started;
}

function standsStill({ state, arrivedAt }: Batch, ports: Ports): boolean {
  const early = state === 'admitted' || state === 'received' || state === 'split';
  return early && ports.clock.now() - arrivedAt > STANDS_STILL_MS;
}

async function ingesting({ batch }: Batch, ports: Ports): Promise<boolean> {
  const prefix = ports.executionPrefix('ingest');
  return (
    (await ports.workflows.running(`${prefix}${batch}`)) ||
    (await ports.workflows.running(`${prefix}${batch}-${turn(ports) - 1}`))
  );
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
