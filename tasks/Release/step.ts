import { FaultError } from '../../core/errors.ts';
import type { ClaimState, Ledger } from '../../core/ledger/ledger.ts';
import type { Sha256, Workflows } from '../../core/ports.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly workflows: Workflows;
  readonly sha256: Sha256;
}

/** Lets the data store go when nothing waits and nothing was wanted since the holder looked, or hands it to a successor. */
export async function release(event: unknown, ports: Ports): Promise<Output> {
  const { tenant, execution, handOver } = read(input, event);
  const was = await ports.ledger.claim(tenant);
  if (was !== undefined && handOver) return await handOverTo(tenant, execution, was, ports);
  if (was === undefined || was.holder !== execution) return { released: true };
  if (was.open !== undefined) throw new FaultError('The open import was not closed');
  // A pack is bounded: what it left over waits, though nobody asked for another look since.
  if ((await ports.ledger.waiting(tenant)).length > 0) return { released: false };
  const { holder: _holder, ...rest } = was;
  return { released: await ports.ledger.replaceClaim(tenant, was, rest) };
}

/**
 * The successor is named before it starts, so that the claim is never without an owner; when this runs twice, it is
 * started again under the same name. An execution's own ARN names its successor, since names serve only once.
 */
async function handOverTo(tenant: string, execution: string, was: ClaimState, ports: Ports): Promise<Output> {
  const name = `turn-${ports.sha256(execution).slice(0, 32)}`;
  const holder = `${execution.slice(0, execution.lastIndexOf(':') + 1)}${name}`;
  if (was.holder === execution && !(await ports.ledger.replaceClaim(tenant, was, { ...was, holder })))
    throw new FaultError('Another execution holds the data store');
  if (was.holder === execution || was.holder === holder) await ports.workflows.start('import', name, { tenant });
  return { released: true };
}
