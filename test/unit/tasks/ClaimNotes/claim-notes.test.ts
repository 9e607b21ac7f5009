import { describe, expect, it } from 'vitest';
import { claimNotes } from '../../../../tasks/ClaimNotes/step.ts';
import { memoryLedger, memoryWorkflows } from '../../../support/memory-ports.ts';

const rig = () => ({ ledger: memoryLedger(), workflows: memoryWorkflows() });
const event = (execution: string) => ({ tenant: 'demo', execution });

describe('ClaimNotes', () => {
  it('gives one batch after the other to one reader, and lets go when none waits', async () => {
    const ports = rig();
    ports.workflows.live.add('one').add('two');
    for (const batch of ['a', 'b']) await ports.ledger.addNotesWaiting('demo', batch);
    expect(await claimNotes(event('one'), ports)).toMatchObject({ held: true, batch: 'a' });
    expect(await claimNotes(event('two'), ports)).toEqual({ held: false });
    await ports.ledger.removeNotesWaiting('demo', 'a');
    expect(await claimNotes(event('one'), ports)).toMatchObject({ held: true, batch: 'b' });
    await ports.ledger.removeNotesWaiting('demo', 'b');
    expect(await claimNotes(event('one'), ports)).toEqual({ held: false });
    expect((await ports.ledger.claim('notes#demo'))?.holder).toBeUndefined();
  });

  it('looks again when notes came between looking and letting go', async () => {
    const ports = rig();
    const { notesWaiting } = ports.ledger;
    let looks = 0;
    const ledger = {
      ...ports.ledger,
      notesWaiting: async (tenant: string) => {
        const found = await notesWaiting(tenant);
        looks += 1;
        if (looks === 1) {
          await ports.ledger.addNotesWaiting(tenant, 'late');
          await ports.ledger.want(`notes#${tenant}`);
        }
        return found;
      },
    };
    expect(await claimNotes(event('one'), { ...ports, ledger })).toMatchObject({ held: true, batch: 'late' });
  });

  it('takes over from a reader that no longer runs', async () => {
    const ports = rig();
    await ports.ledger.addNotesWaiting('demo', 'a');
    await claimNotes(event('gone'), ports);
    expect(await claimNotes(event('one'), ports)).toMatchObject({ held: true, batch: 'a' });
  });
});
