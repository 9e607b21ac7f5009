import { describe, expect, it } from 'vitest';
import { importRig, patient, type Refusal } from '../../../support/import-rig.ts';

const name = (family: string) => ({ 'name#usual': { name: [{ family }] } });
const phone = (value: string) => ({ 'telecom#home': { telecom: [{ system: 'phone', value }] } });
const refusePhones: Refusal = (resource) =>
  resource['telecom'] === undefined ? undefined : { status: 400, path: 'Patient.telecom' };

describe('the rounds of an import', () => {
  it('SEMANTICS 8.3: the message whose statement is refused is dead, its neighbour of the same patient imported', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))] }, { lines: [patient('a', 2, phone('x'))] }]);
    expect(await rig.run(refusePhones)).toBe(2);
    expect((await rig.outcomes('b')).map(({ state, reason }) => [state, reason])).toEqual([
      ['imported', undefined],
      ['dead', 'destination-rejected'],
    ]);
    expect(await rig.ports.ledger.batch('b')).toMatchObject({ state: 'closed', balanced: true });
    expect(rig.ports.deadLetters.sent).toHaveLength(1);
  });

  it('come to an end when more messages say the same wrong thing of one patient than there are rounds', async () => {
    const rig = importRig({ maxRounds: 6 });
    const wrong = Array.from({ length: 20 }, (_, index) => ({ lines: [patient('a', 10 + index, phone(`${index}`))] }));
    await rig.sealed('b', [...wrong, { lines: [patient('b', 1, name('Two'))] }]);
    expect(await rig.run(refusePhones)).toBeLessThanOrEqual(6);
    const outcomes = await rig.outcomes('b');
    expect(outcomes.filter(({ state }) => state === 'dead')).toHaveLength(20);
    expect(outcomes.at(-1)?.state).toBe('imported');
    expect(await rig.ports.ledger.batch('b')).toMatchObject({ state: 'closed', balanced: true });
  });

  it('come to an end when a resource is refused of which nobody said anything new', async () => {
    const rig = importRig();
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))] }]);
    await rig.run();
    // The second batch speaks of the patient; the data store blames what the first one said, which stands confirmed.
    await rig.sealed('c', [{ lines: [patient('a', 2, phone('1'))] }]);
    expect(await rig.run(() => ({ status: 400, path: 'Patient.name' }))).toBe(2);
    expect((await rig.outcomes('c'))[0]).toMatchObject({ state: 'dead', reason: 'destination-rejected' });
    expect((await rig.outcomes('b'))[0]).toMatchObject({ state: 'imported' });
  });

  it('reject nothing for a failure of the service: the line goes into the next round', async () => {
    for (const status of [500, 429, 409]) {
      const rig = importRig();
      await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))] }]);
      let asked = 0;
      const once: Refusal = () => {
        asked += 1;
        return asked === 1 ? { status } : undefined;
      };
      expect(await rig.run(once)).toBe(2);
      expect((await rig.outcomes('b'))[0]).toMatchObject({ state: 'imported' });
    }
  });

  it('alarm when the service fails round after round, and the next holder goes on instead of failing again', async () => {
    const rig = importRig({ maxRounds: 2 });
    await rig.sealed('b', [{ lines: [patient('a', 1, name('One'))] }]);
    await expect(rig.run(() => ({ status: 503 }))).rejects.toMatchObject({ name: 'InternalFault' });
    expect(await rig.run()).toBe(1);
    expect((await rig.outcomes('b'))[0]).toMatchObject({ state: 'imported' });
  });
});
