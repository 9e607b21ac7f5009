import { layout } from '../../core/layout.ts';
import type { ClaimState, Ledger } from '../../core/ledger/ledger.ts';
import type { Workflows } from '../../core/ports.ts';
import { read } from '../../core/shape.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly ledger: Ledger;
  readonly workflows: Workflows;
}

/**
 * One reader of notes per tenant, so that the account's calls and characters per second are shared out once. It takes the
 * next batch whose notes wait, and lets go when none does and nothing was wanted since it looked.
 */
export async function claimNotes(event: unknown, ports: Ports): Promise<Output> {
  const { tenant, execution } = read(input, event);
  const name = `notes#${tenant}`;
  for (;;) {
    const was = await ports.ledger.claim(name);
    if (was?.holder !== undefined && was.holder !== execution && (await ports.workflows.running(was.holder)))
      return { held: false };
    const next: ClaimState = {
      sequence: 0,
      round: 1,
      attempt: 1,
      ...was,
      wanted: was?.wanted ?? 0,
      looked: was?.wanted ?? 0,
      holder: execution,
    };
    if (!(await ports.ledger.replaceClaim(name, was, next))) {
      // Another execution was quicker; or this one was, in a run before this, and then holds what is to be read.
      if ((await ports.ledger.claim(name))?.holder !== execution) return { held: false };
      continue;
    }
    const batch = (await ports.ledger.notesWaiting(tenant))[0];
    if (batch !== undefined) return { held: true, batch, notesKey: layout.noteChunks(batch) };
    const { holder: _holder, ...released } = next;
    // Refused when more was wanted meanwhile: then it looks again.
    if (await ports.ledger.replaceClaim(name, next, released)) return { held: false };
  }
}
