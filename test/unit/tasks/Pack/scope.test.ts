import { describe, expect, it } from 'vitest';
import { layout } from '../../../../core/layout.ts';
import type { ImportScope } from '../../../../core/ledger/import-files.ts';
import { readJson } from '../../../../core/read-json.ts';
import { pack } from '../../../../tasks/Pack/step.ts';
import { importRig, patient, TENANT } from '../../../support/import-rig.ts';

const said = (digit: string) => [{ lines: [patient(digit, 1, { 'name#usual': { name: [{ family: 'A' }] } })] }];
const scopeOf = async (rig: ReturnType<typeof importRig>, name: string) =>
  (await readJson<ImportScope>(rig.ports.objects, 'work', layout.importScope(name)))?.waiting.map(
    ({ batch, kind }) => `${kind} ${batch}`,
  );

describe('the scope of an import', () => {
  it('takes messages before findings, and who waited longest first', async () => {
    const rig = importRig({ packBatches: 2 });
    for (const batch of ['f', 'e', 'd']) await rig.sealed(batch, said(batch));
    await rig.ports.ledger.addWaiting(TENANT, { batch: 'a', kind: 'findings', since: 0 });
    const place = await rig.takeClaim();
    await pack(place, rig.ports);
    expect(await scopeOf(rig, place.import)).toEqual(['messages f', 'messages e']);
  });

  it('is fixed by the first of two runs, whatever waits when the second looks', async () => {
    const rig = importRig();
    await rig.sealed('a', said('a'));
    const place = await rig.takeClaim();
    const fixed = { waiting: [{ batch: 'a', kind: 'messages', from: 0, to: 1, chunks: 1 }] };
    const { get } = rig.ports.objects;
    let looked = false;
    const objects = {
      ...rig.ports.objects,
      // Another run writes the scope after this one found none.
      get: async (at: { bucket: string; key: string }) => {
        const bytes = await get(at);
        if (at.key !== layout.importScope(place.import) || looked) return bytes;
        looked = true;
        await rig.ports.objects.put(at, JSON.stringify(fixed));
        await rig.sealed('b', said('b'));
        return bytes;
      },
    };
    expect(await pack(place, { ...rig.ports, objects })).toMatchObject({ resources: 1 });
    expect(await scopeOf(rig, place.import)).toEqual(['messages a']);
  });

  it('of nothing comes to an end without a job', async () => {
    const rig = importRig();
    const { packed } = await rig.round();
    expect(packed).toMatchObject({ resources: 0, partitions: 0 });
    expect((await rig.ports.ledger.claim(TENANT))?.open).toBeUndefined();
  });
});
