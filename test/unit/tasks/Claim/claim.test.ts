import { describe, expect, it } from 'vitest';
import { claim } from '../../../../tasks/Claim/step.ts';
import { EXECUTION, importRig, TENANT } from '../../../support/import-rig.ts';

const other = 'arn:aws:states:us-east-1:000000000000:execution:tributary-import:other';
const event = (execution: string) => ({ tenant: TENANT, execution });

describe('Claim', () => {
  it('gives the data store to one of two executions, and to it again', async () => {
    const rig = importRig();
    rig.ports.workflows.live.add(EXECUTION).add(other);
    const first = await claim(event(EXECUTION), rig.ports);
    expect(await claim(event(other), rig.ports)).toEqual({ held: false });
    expect(await claim(event(EXECUTION), rig.ports)).toEqual(first);
  });

  it('gives it to one of two that found it free at the same time', async () => {
    const rig = importRig();
    const answers = await Promise.all([EXECUTION, other].map((execution) => claim(event(execution), rig.ports)));
    expect(answers.map(({ held }) => held).toSorted()).toEqual([false, true]);
  });

  it('is tried again when a run of its own was quicker, and then holds what that run took', async () => {
    const rig = importRig();
    const twice = await Promise.allSettled([1, 2].map(() => claim(event(EXECUTION), rig.ports)));
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(twice.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'LedgerBusyError' } });
    expect(await claim(event(EXECUTION), rig.ports)).toMatchObject({ held: true, sequence: 1 });
  });

  it('takes the open import over from one that no longer runs, with its round and attempt', async () => {
    const rig = importRig();
    const first = await claim(event(EXECUTION), rig.ports);
    expect(await claim(event(other), rig.ports)).toEqual(first);
    expect((await rig.ports.ledger.claim(TENANT))?.holder).toBe(other);
  });

  it('raises the attempt only when the service itself says that the job failed, and once', async () => {
    const rig = importRig();
    const first = await claim(event(EXECUTION), rig.ports);
    const name = first.held ? `${first.import}-1-1` : '';
    const asked = {
      ...rig.ports,
      jobs: { status: async (_: string, job: string) => (job === name ? 'FAILED' : undefined) },
    };
    expect(await claim(event(other), asked)).toMatchObject({ round: 1, attempt: 2 });
    expect(await claim(event(other), asked)).toMatchObject({ round: 1, attempt: 2 });
  });
});
