import { FaultError } from '../../core/errors.ts';
import type { ClaimState, Ledger } from '../../core/ledger/ledger.ts';
import type { Workflows } from '../../core/ports.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly workflows: Workflows;
}

/** Lets the data store go when nothing was wanted since the holder looked, or hands it to a successor of known name. */
export async function release(event: unknown, ports: Ports): Promise<Output> {
  const { tenant, execution, handOver } = read(input, event);
  const was = await ports.ledger.claim(tenant);
  if (was === undefined || was.holder !== execution) return { released: true };
  if (handOver) return await handOverTo(tenant, execution, was, ports);
  if (was.open !== undefined) throw new FaultError('The open import was not closed');
  const { holder: _holder, ...rest } = was;
  return { released: await ports.ledger.replaceClaim(tenant, was, rest) };
}

/** The successor is named before it starts, so that the claim is never without an owner. */
async function handOverTo(tenant: string, execution: string, was: ClaimState, ports: Ports): Promise<Output> {
  const turn = Number(/-turn-(\d+)$/.exec(execution)?.[1] ?? 0) + 1;
  const name = `${was.open ?? tenant}-turn-${turn}`;
  const holder = `${execution.slice(0, execution.lastIndexOf(':') + 1)}${name}`;
  await ports.ledger.replaceClaim(tenant, was, { ...was, holder });
  await ports.workflows.start('import', name, { tenant });
  return { released: true };
}
