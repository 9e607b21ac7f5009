import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../core/ledger/ledger.ts';
import { STANDS_STILL_MS } from '../../../../tasks/Sweep/contract.ts';
import { sweep } from '../../../../tasks/Sweep/step.ts';
import { memoryClock, memoryLedger, memoryWorkflows } from '../../../support/memory-ports.ts';

const prefix = 'arn:execution:ingest:';
const opened = async (batches: readonly Partial<Batch>[]) => {
  const ports = {
    ...{ ledger: memoryLedger(), workflows: memoryWorkflows(), clock: memoryClock(), tenants: ['demo'] },
    executionPrefix: (machine: string) => `arn:execution:${machine}:`,
  };
  for (const [index, more] of batches.entries())
    await ports.ledger.createBatch({
      ...{ batch: `b${index}`, tenant: 'demo', feed: 'f', bucket: 'b', key: 'k', version: '', size: 1 },
      ...{ arrivedAt: ports.clock.now() + index, state: 'admitted', ...more },
    });
  return ports;
};
const notes = { found: 1, read: 0, failed: 0, overBudget: 0, findings: 0, state: 'waiting' } as const;

describe('Sweep', () => {
  it('takes a batch up once, and not again while the execution it started runs', async () => {
    const ports = await opened([{}]);
    expect(await sweep(ports)).toEqual({ started: 0 });
    ports.clock.advance(STANDS_STILL_MS + 1);
    expect(await sweep(ports)).toEqual({ started: 1 });
    ports.workflows.live.add(`${prefix}${ports.workflows.started[0]?.name}`);
    ports.clock.advance(5 * 60_000);
    expect(await sweep(ports)).toEqual({ started: 0 });
    ports.workflows.live.clear();
    expect(await sweep(ports)).toEqual({ started: 1 });
  });

  it('leaves alone what its first execution still works on', async () => {
    const ports = await opened([{ state: 'split' }]);
    ports.workflows.live.add(`${prefix}b0`);
    ports.clock.advance(STANDS_STILL_MS + 1);
    expect(await sweep(ports)).toEqual({ started: 0 });
  });

  it('sees the oldest of many', async () => {
    const ports = await opened(Array.from({ length: 600 }, (_, index) => (index === 0 ? {} : { state: 'unbalanced' })));
    ports.clock.advance(STANDS_STILL_MS + 1000);
    expect(await sweep(ports)).toEqual({ started: 1 });
  });

  it('takes up what named no tenant of ours', async () => {
    const ports = await opened([{ tenant: '-' }]);
    ports.clock.advance(STANDS_STILL_MS + 1);
    expect(await sweep(ports)).toEqual({ started: 1 });
  });

  it('lets a sealed batch wait again that Seal did not get to add, and starts its import', async () => {
    const ports = await opened([{ state: 'sealed' }]);
    await ports.ledger.updateBatch('b0', { sealedAt: ports.clock.now() });
    await sweep(ports);
    expect(await ports.ledger.waiting('demo')).toEqual([]);
    ports.clock.advance(STANDS_STILL_MS + 1);
    expect(await sweep(ports)).toEqual({ started: 1 });
    expect(await ports.ledger.waiting('demo')).toMatchObject([{ batch: 'b0', kind: 'messages' }]);
    expect(ports.workflows.started).toMatchObject([{ machine: 'import', input: { tenant: 'demo' } }]);
  });

  it('has notes read that nobody waits for, also of a closed batch', async () => {
    const ports = await opened([{}]);
    await ports.ledger.updateBatch('b0', { state: 'closed', sealedAt: ports.clock.now(), notes });
    ports.clock.advance(STANDS_STILL_MS + 1);
    expect(await sweep(ports)).toEqual({ started: 1 });
    expect(await ports.ledger.notesWaiting('demo')).toEqual(['b0']);
    expect(ports.workflows.started).toMatchObject([{ machine: 'enrich' }]);
  });

  it('forgets a batch that has ended, its notes too', async () => {
    const ports = await opened([{}, {}]);
    await ports.ledger.updateBatch('b0', { state: 'closed' });
    await ports.ledger.updateBatch('b1', { state: 'closed', notes: { ...notes, state: 'read' } });
    await sweep(ports);
    expect(await ports.ledger.openBatches('demo')).toEqual([]);
  });

  it('starts nobody for a data store that is held, and somebody when its holder is gone', async () => {
    const ports = await opened([]);
    await ports.ledger.addWaiting('demo', { batch: 'x', kind: 'messages' });
    const held = { holder: 'arn:h', wanted: 0, looked: 0, sequence: 1, open: 'i', round: 1, attempt: 1 };
    await ports.ledger.replaceClaim('demo', undefined, held);
    ports.workflows.live.add('arn:h');
    expect(await sweep(ports)).toEqual({ started: 0 });
    ports.workflows.live.clear();
    expect(await sweep(ports)).toEqual({ started: 1 });
    expect(await sweep(ports)).toEqual({ started: 0 });
  });
});
