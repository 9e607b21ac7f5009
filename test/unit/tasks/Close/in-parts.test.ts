import { describe, expect, it } from 'vitest';
import { release } from '../../../../tasks/Release/step.ts';
import { EXECUTION, importRig, patient, TENANT } from '../../../support/import-rig.ts';

const name = (family: string) => ({ 'name#usual': { name: [{ family }] } });
const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    lines: [patient(String(index % 10), index + 1, name(`N${index}`))],
    hash: `h${index % 9}`,
  }));

async function imports(rig: ReturnType<typeof importRig>): Promise<number> {
  for (let count = 1; ; count += 1) {
    await rig.run();
    const { released } = await release({ tenant: TENANT, execution: EXECUTION, handOver: false }, rig.ports);
    if (released) return count;
  }
}

describe('a batch larger than one pack', () => {
  it('goes in several imports, comes to the same books, and is closed with the last', async () => {
    const whole = importRig();
    await whole.sealed('b', messages(12), 3);
    expect(await imports(whole)).toBe(1);

    const parts = importRig({ packBytes: 1500 });
    await parts.sealed('b', messages(12), 3);
    await parts.round();
    expect(await parts.ports.ledger.batch('b')).toMatchObject({ state: 'sealed' });
    expect(await parts.ports.ledger.waiting(TENANT)).toMatchObject([{ batch: 'b', kind: 'messages' }]);
    expect(await imports(parts)).toBeGreaterThan(1);

    const book = await parts.ports.ledger.batch('b');
    expect(book).toMatchObject({ state: 'closed', balanced: true, counts: { staged: 0 } });
    expect(book?.imports?.length).toBeGreaterThan(1);
    const states = async (rig: ReturnType<typeof importRig>) =>
      (await rig.outcomes('b')).filter(({ state }) => state === 'duplicate').map(({ ordinal }) => ordinal);
    expect(await states(parts)).toEqual(await states(whole));
    const families = async ({ ports }: ReturnType<typeof importRig>) => {
      const roots = messages(10).map(({ lines }) => lines[0]?.root ?? '');
      const heads = await ports.ledger.heads(TENANT, roots);
      const lines = await Promise.all(
        [...heads.values()].map(({ key, start, end }) => ports.objects.get({ bucket: 'work', key }, { start, end })),
      );
      return lines.map((line) => /"family":"[^"]*"/.exec(new TextDecoder().decode(line))?.[0]).toSorted();
    };
    expect(await families(parts)).toEqual(await families(whole));
  });

  it('takes a chunk that is larger than a pack by itself', async () => {
    const rig = importRig({ packBytes: 1 });
    await rig.sealed('b', messages(4), 2);
    await rig.sealed('c', messages(2), 2);
    expect(await imports(rig)).toBe(3);
    for (const batch of ['b', 'c']) expect(await rig.ports.ledger.batch(batch)).toMatchObject({ state: 'closed' });
  });

  it('brings what is begun to its end before it begins another', async () => {
    const rig = importRig({ packBytes: 1 });
    await rig.sealed('b', messages(4), 2);
    await rig.sealed('a', messages(2), 2);
    await rig.run();
    await rig.run();
    expect(await rig.ports.ledger.batch('b')).toMatchObject({ state: 'closed' });
    expect(await rig.ports.ledger.batch('a')).toMatchObject({ state: 'sealed' });
  });
});
