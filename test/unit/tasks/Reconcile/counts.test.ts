import { describe, expect, it } from 'vitest';
import { id, importRig, patient, TENANT } from '../../../support/import-rig.ts';

const said = [{ lines: [patient('a', 1, { 'name#usual': { name: [{ family: 'One' }] } })] }];
const root = said[0]?.lines[0]?.root ?? '';

describe('Reconcile', () => {
  for (const [lie, bend] of [
    ['scanned fewer resources than were staged', { numberOfResourcesScanned: 0 }],
    ['counts failures that its files do not hold', { numberOfResourcesWithCustomerError: 1 }],
    ['counts server errors that its files do not hold', { numberOfResourcesWithServerError: 1 }],
  ] as const) {
    it(`confirms nothing when the data store ${lie}`, async () => {
      const rig = importRig();
      await rig.sealed('b', said);
      await expect(rig.round(() => undefined, bend)).rejects.toMatchObject({ name: 'InternalFault' });
      expect((await rig.ports.ledger.heads(TENANT, [root])).size).toBe(0);
      expect(await rig.ports.ledger.batch('b')).toMatchObject({ state: 'sealed' });
    });
  }

  it('confirms the roots that were taken, and not the one that was refused', async () => {
    const rig = importRig();
    await rig.sealed('b', [...said, { lines: [patient('b', 1, { 'gender#x': { gender: 'other' } })] }]);
    await rig.round((resource) =>
      resource['gender'] === 'other' ? { status: 400, path: 'Patient.gender' } : undefined,
    );
    const heads = await rig.ports.ledger.heads(TENANT, [root, `Patient/${id('b')}`]);
    expect([...heads.keys()]).toEqual([root]);
  });
});
