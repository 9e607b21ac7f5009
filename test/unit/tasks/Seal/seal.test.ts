import { describe, expect, it } from 'vitest';
import { layout } from '../../../../core/layout.ts';
import { noCounts, type StateCounts } from '../../../../core/ledger/states.ts';
import { seal } from '../../../../tasks/Seal/step.ts';
import { memoryClock, memoryLedger, memoryObjects, memoryQueue } from '../../../support/memory-ports.ts';

async function split(counts: Partial<StateCounts>, { notes = 0, counted = 3 } = {}) {
  const ports = {
    ...{
      objects: memoryObjects(),
      ledger: memoryLedger(),
      deadLetters: memoryQueue(),
      clock: memoryClock(),
      work: 'work',
    },
  };
  await ports.ledger.createBatch({
    ...{ batch: 'b', tenant: 'demo', feed: 'f', bucket: 'b', key: 'k', version: '', size: 1, arrivedAt: 1 },
    ...{ state: 'split', counted, chunks: 1 },
  });
  const summary = {
    chunk: 0,
    counts: { ...noCounts, ...counts },
    deadByReason: {},
    filteredByReason: {},
    notes,
    index: {},
  };
  await ports.objects.put({ bucket: 'work', key: layout.summary('b', 0) }, JSON.stringify(summary));
  return ports;
}
const event = { batch: 'b' };

describe('Seal', () => {
  it('lets a balanced batch wait once, however often it runs', async () => {
    const ports = await split({ staged: 2, dead: 1 });
    for (let turn = 0; turn < 2; turn += 1) expect(await seal(event, ports)).toMatchObject({ staged: 2 });
    expect(await ports.ledger.waiting('demo')).toMatchObject([{ batch: 'b', kind: 'messages' }]);
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'sealed', balanced: true });
  });

  it('keeps a batch open that does not balance, and lets nothing of it go on', async () => {
    const ports = await split({ staged: 2 });
    await expect(seal(event, ports)).rejects.toMatchObject({ name: 'InternalFault' });
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'unbalanced', balanced: false });
    expect(await ports.ledger.waiting('demo')).toEqual([]);
  });

  it('refuses to seal while a chunk is missing', async () => {
    const ports = await split({ staged: 3 });
    await ports.ledger.updateBatch('b', { chunks: 2 });
    await expect(seal(event, ports)).rejects.toMatchObject({ name: 'InternalFault' });
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'split' });
  });

  it('adds nothing to what waits when it runs after Close', async () => {
    const ports = await split({ staged: 3 });
    await seal(event, ports);
    await ports.ledger.updateBatch('b', { state: 'closed', counts: { ...noCounts, imported: 3 } });
    await ports.ledger.removeWaiting('demo', { batch: 'b', kind: 'messages' });
    await seal(event, ports);
    expect(await ports.ledger.waiting('demo')).toEqual([]);
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'closed', counts: { imported: 3, staged: 0 } });
  });

  it('opens the book of the notes before anybody can read them', async () => {
    const ports = await split({ staged: 3 }, { notes: 2 });
    const { addNotesWaiting } = ports.ledger;
    let book: unknown;
    const ledger = {
      ...ports.ledger,
      addNotesWaiting: async (tenant: string, batch: string) => {
        book = (await ports.ledger.batch(batch))?.notes;
        await addNotesWaiting(tenant, batch);
      },
    };
    await seal(event, { ...ports, ledger });
    expect(book).toMatchObject({ found: 2, state: 'waiting' });
    expect(await ports.ledger.notesWaiting('demo')).toEqual(['b']);
  });

  it('does not open again the book of notes that were read, nor has them read again', async () => {
    const ports = await split({ staged: 3 }, { notes: 2 });
    await seal(event, ports);
    const read = { found: 2, read: 2, failed: 0, overBudget: 0, findings: 5, state: 'read' } as const;
    await ports.ledger.setNotes('b', read);
    await ports.ledger.removeNotesWaiting('demo', 'b');
    await seal(event, ports);
    expect((await ports.ledger.batch('b'))?.notes).toEqual(read);
    expect(await ports.ledger.notesWaiting('demo')).toEqual([]);
  });

  it('closes a batch of which nothing is left to import', async () => {
    const ports = await split({ duplicate: 1, filtered: 2 });
    expect(await seal(event, ports)).toMatchObject({ staged: 0 });
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'closed', balanced: true });
  });
});
