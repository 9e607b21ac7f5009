import { describe, expect, it } from 'vitest';
import { release } from '../../../../tasks/Release/step.ts';
import { EXECUTION, importRig, patient, TENANT } from '../../../support/import-rig.ts';

const said = (digit: string) => [{ lines: [patient(digit, 1, { 'name#usual': { name: [{ family: 'A' }] } })] }];
const event = (handOver: boolean) => ({ tenant: TENANT, execution: EXECUTION, handOver });

describe('Release', () => {
  it('goes on while something waits that one pack could not hold', async () => {
    const rig = importRig({ packBatches: 1 });
    for (const batch of ['a', 'b']) await rig.sealed(batch, said(batch));
    await rig.run();
    expect(await release(event(false), rig.ports)).toEqual({ released: false });
    await rig.run();
    expect(await release(event(false), rig.ports)).toEqual({ released: true });
    for (const batch of ['a', 'b']) expect(await rig.ports.ledger.batch(batch)).toMatchObject({ state: 'closed' });
  });

  it('goes on when a batch was sealed since the holder looked', async () => {
    const rig = importRig();
    await rig.sealed('a', said('a'));
    await rig.run();
    await rig.ports.ledger.want(TENANT);
    expect(await release(event(false), rig.ports)).toEqual({ released: false });
    expect((await rig.ports.ledger.claim(TENANT))?.holder).toBe(EXECUTION);
  });

  it('refuses to let go of an import that is open', async () => {
    const rig = importRig();
    await rig.takeClaim();
    await expect(release(event(false), rig.ports)).rejects.toMatchObject({ name: 'InternalFault' });
  });

  it('hands over under one name however often it runs, and starts the successor also when it was ended before that', async () => {
    const rig = importRig();
    await rig.takeClaim();
    const unable = {
      ...rig.ports,
      workflows: { ...rig.ports.workflows, start: () => Promise.reject(new Error('killed')) },
    };
    await expect(release(event(true), unable)).rejects.toThrow('killed');
    for (let turn = 0; turn < 2; turn += 1) expect(await release(event(true), rig.ports)).toEqual({ released: true });
    expect(rig.ports.workflows.started).toHaveLength(1);
    const holder = (await rig.ports.ledger.claim(TENANT))?.holder ?? '';
    expect(holder.endsWith(`:${rig.ports.workflows.started[0]?.name}`)).toBe(true);
    expect((await rig.takeClaim(holder)).round).toBe(1);
  });

  it('leaves alone what another execution holds', async () => {
    const rig = importRig();
    await rig.takeClaim('arn:x:other');
    expect(await release(event(false), rig.ports)).toEqual({ released: true });
    expect(await release(event(true), rig.ports)).toEqual({ released: true });
    expect((await rig.ports.ledger.claim(TENANT))?.holder).toBe('arn:x:other');
    expect(rig.ports.workflows.started).toEqual([]);
  });
});
