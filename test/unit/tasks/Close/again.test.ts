import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../../core/ledger/ledger.ts';
import { close } from '../../../../tasks/Close/step.ts';
import { importRig, patient, TENANT } from '../../../support/import-rig.ts';

const name = (family: string) => ({ 'name#usual': { name: [{ family }] } });

describe('Close, run again', () => {
  it('after its end changes nothing', async () => {
    const rig = importRig();
    await rig.sealed('b', [
      { lines: [patient('a', 1, name('One'))], hash: 'h' },
      { lines: [patient('a', 1, name('One'))], hash: 'h' },
    ]);
    const { place } = await rig.round();
    const before = [await rig.ports.ledger.batch('b'), await rig.outcomes('b'), await rig.ports.ledger.claim(TENANT)];
    expect(await close(place, rig.ports)).toEqual({ again: false });
    expect([await rig.ports.ledger.batch('b'), await rig.outcomes('b'), await rig.ports.ledger.claim(TENANT)]).toEqual(
      before,
    );
    expect((await rig.outcomes('b')).map(({ state }) => state)).toEqual(['imported', 'duplicate']);
  });

  const writes = ['updateBatch', 'removeWaiting', 'takeSeen', 'putImport', 'replaceClaim'] as const;
  for (const write of writes) {
    for (const when of ['before', 'after'] as const) {
      it(`ended ${when} ${write}, the next holder brings every book to the same end`, async () => {
        const rig = importRig();
        await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))], hash: 'h' }]);
        await rig.sealed('c', [
          { lines: [patient('a', 1, name('One'))], hash: 'h' },
          { lines: [patient('b', 1, name('Two'))] },
        ]);
        const whole = { ...rig.ports.ledger };
        const torn = { ...whole } as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
        const real = torn[write] as (...args: unknown[]) => Promise<unknown>;
        let armed = false;
        torn[write] = async (...args) => {
          if (armed && when === 'before') throw new Error('killed');
          const answer = await real(...args);
          if (armed) throw new Error('killed');
          return answer;
        };
        const place = await rig.takeClaim();
        const { pack } = await import('../../../../tasks/Pack/step.ts');
        const { reconcile } = await import('../../../../tasks/Reconcile/step.ts');
        const packed = await pack(place, rig.ports);
        const outputUri = await rig.job(packed, () => undefined);
        for (const partition of [0, 1, 2, 3]) await reconcile({ ...place, outputUri, partition }, rig.ports);
        armed = true;
        const ports = { ...rig.ports, ledger: torn as unknown as Ledger };
        await expect(close({ ...place, outputUri }, ports)).rejects.toThrow('killed');
        // As after a kill: the sweep's execution claims the open import and runs the same states over the same job.
        const again = await rig.takeClaim('arn:aws:states:us-east-1:000000000000:execution:tributary-import:two');
        if (again.import === place.import) await close({ ...again, outputUri }, rig.ports);
        const states = async (batch: string) => (await rig.outcomes(batch)).map(({ state }) => state);
        expect(await states('b')).toEqual(['imported']);
        expect(await states('c')).toEqual(['duplicate', 'imported']);
        for (const batch of ['b', 'c'])
          expect(await rig.ports.ledger.batch(batch)).toMatchObject({ state: 'closed', balanced: true });
        expect(await rig.ports.ledger.waiting(TENANT)).toEqual([]);
      });
    }
  }

  it('closes no book before what the import loaded can be read', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))], hash: 'h' }]);
    const { ledger } = rig.ports;
    const real = ledger.updateBatch;
    const seen: unknown[] = [];
    ledger.updateBatch = async (batch, fields) => {
      if (fields.state === 'closed') seen.push((await ledger.importRecord(fields.imports?.[0] ?? ''))?.created);
      return await real(batch, fields);
    };
    await rig.run();
    expect(seen).toEqual([{ Patient: 1 }]);
  });

  it('leaves the book of a batch as it is that waited once more after it was closed', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))], hash: 'h' }]);
    await rig.run();
    await rig.sealed('c', [{ lines: [patient('a', 2, name('Two'))] }]);
    await rig.run();
    await rig.ports.ledger.addWaiting(TENANT, { batch: 'b', kind: 'messages' });
    await rig.run();
    expect((await rig.outcomes('b'))[0]?.state).toBe('imported');
    expect(await rig.ports.ledger.waiting(TENANT)).toEqual([]);
  });

  it('says imported, superseded and duplicate of two batches in whatever order they wait', async () => {
    for (const order of [
      ['b', 'c'],
      ['c', 'b'],
    ]) {
      const rig = importRig();
      for (const batch of order)
        await rig.sealed(batch, [{ lines: [patient('a', batch === 'b' ? 1 : 2, name(batch))], hash: batch }]);
      await rig.run();
      expect((await rig.outcomes('b'))[0]?.state).toBe('superseded');
      expect((await rig.outcomes('c'))[0]?.state).toBe('imported');
    }
  });

  it('names Convert as the stage where a child was refused before it was staged', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))], refused: ['Observation/x'] }]);
    await rig.run();
    expect((await rig.outcomes('b'))[0]).toMatchObject({ state: 'dead', reason: 'partial', stage: 'Convert' });
  });

  it('keeps a book open that does not balance, after the others are closed', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))] }]);
    await rig.sealed('c', [{ lines: [patient('b', 1, name('Two'))] }]);
    await rig.ports.ledger.updateBatch('b', { counted: 2 });
    await expect(rig.run()).rejects.toMatchObject({ name: 'InternalFault' });
    expect(await rig.ports.ledger.batch('b')).toMatchObject({ state: 'unbalanced', balanced: false });
    expect(await rig.ports.ledger.batch('c')).toMatchObject({ state: 'closed', balanced: true });
    expect((await rig.ports.ledger.claim(TENANT))?.open).toBeUndefined();
  });
});
