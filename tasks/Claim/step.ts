import { FaultError, RetryError } from '../../core/errors.ts';
import { lengthPrefixed } from '../../core/identity.ts';
import type { ClaimState, Ledger } from '../../core/ledger/ledger.ts';
import type { ImportJobs, Sha256, Workflows } from '../../core/ports.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly workflows: Workflows;
  readonly jobs: ImportJobs;
  readonly sha256: Sha256;
  readonly tenants: Readonly<
    Record<string, { readonly datastoreId: string; readonly dataAccessRoleArn: string; readonly kmsKeyId: string }>
  >;
}

/**
 * Takes the data store for this execution, re-entrantly. A claim whose holder no longer runs is taken over together with
 * its open import, which is finished before another begins (DESIGN section 3, "One holder per data store").
 */
export async function claim(event: unknown, ports: Ports): Promise<Output> {
  const { tenant, execution } = read(input, event);
  const target = ports.tenants[tenant];
  if (target === undefined) throw new FaultError('The tenant has no data store');
  const was = await ports.ledger.claim(tenant);
  if (was?.holder !== undefined && was.holder !== execution && (await ports.workflows.running(was.holder)))
    return { held: false };
  const next = await nextClaim(tenant, execution, was, target.datastoreId, ports);
  if (!(await ports.ledger.replaceClaim(tenant, was, next))) {
    // Another execution was quicker, holds the store now and sees what is wanted; or this one was, in a run before this.
    if ((await ports.ledger.claim(tenant))?.holder !== execution) return { held: false };
    throw new RetryError('LedgerBusyError');
  }
  return {
    held: true,
    import: next.open ?? '',
    sequence: next.sequence,
    round: next.round,
    attempt: next.attempt,
    ...target,
  };
}

async function nextClaim(
  tenant: string,
  execution: string,
  was: ClaimState | undefined,
  datastoreId: string,
  ports: Ports,
): Promise<ClaimState> {
  const wanted = was?.wanted ?? 0;
  if (was?.open !== undefined) {
    const failed = (await ports.jobs.status(datastoreId, `${was.open}-${was.round}-${was.attempt}`)) === 'FAILED';
    // The attempt rises only after the service itself said FAILED, so the client token never starts a second job for one that lives.
    return { ...was, holder: execution, looked: wanted, attempt: was.attempt + (failed ? 1 : 0) };
  }
  const sequence = (was?.sequence ?? 0) + 1;
  const open = ports.sha256(lengthPrefixed(['import', tenant, String(sequence)])).slice(0, 24);
  return { holder: execution, wanted, looked: wanted, sequence, open, round: 1, attempt: 1 };
}
