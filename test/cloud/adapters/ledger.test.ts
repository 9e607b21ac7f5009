import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLedger } from '../../../adapters/ledger/ledger.ts';
import { LedgerTable } from '../../../adapters/ledger/table.ts';
import type { Batch, ClaimState, Ledger } from '../../../core/ledger/ledger.ts';
import { memoryLedger } from '../../support/memory-ports.ts';
import { openTable } from '../dynamodb/ledger-table.ts';

let table: Awaited<ReturnType<typeof openTable>>;
beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

const ledgers: Readonly<Record<string, () => Ledger>> = {
  'in memory': memoryLedger,
  'over DynamoDB': () => dynamoLedger(new LedgerTable(table.TableName, table.client)),
};

const name = (): string => randomUUID();
const batchOf = (batch: string, tenant: string, more: Partial<Batch> = {}): Batch => ({
  ...{ batch, tenant, feed: 'f', bucket: 'b', key: 'k', version: '', size: 1, arrivedAt: 1_700_000_000_000 },
  ...{ state: 'admitted', ...more },
});

describe.each(Object.entries(ledgers))('the ledger %s', (_place, open) => {
  describe('batches', () => {
    it('creates a batch once, and the first stays', async () => {
      const [ledger, id, tenant] = [open(), name(), name()];
      expect(await ledger.createBatch(batchOf(id, tenant))).toBe(true);
      expect(await ledger.createBatch(batchOf(id, tenant, { size: 2 }))).toBe(false);
      expect(await ledger.batch(id)).toMatchObject({ batch: id, size: 1, state: 'admitted' });
      expect(await ledger.batch(name())).toBeUndefined();
    });

    it('updates no batch that is closed or was never created', async () => {
      const [ledger, id, tenant] = [open(), name(), name()];
      await ledger.createBatch(batchOf(id, tenant));
      expect(await ledger.updateBatch(id, { state: 'closed', counted: 3 })).toBe(true);
      expect(await ledger.updateBatch(id, { state: 'sealed', counted: 4 })).toBe(false);
      expect(await ledger.batch(id)).toMatchObject({ state: 'closed', counted: 3 });
      expect(await ledger.updateBatch(name(), { counted: 1 })).toBe(false);
    });

    it('leaves alone a field that an update does not state', async () => {
      const [ledger, id, tenant] = [open(), name(), name()];
      await ledger.createBatch(batchOf(id, tenant, { feedHash: 'h' }));
      await ledger.updateBatch(id, { counted: 3, ...({ feedHash: undefined } as object) });
      expect(await ledger.batch(id)).toMatchObject({ feedHash: 'h', counted: 3 });
    });

    it('lists a tenant and no other, newest first, no more than asked for', async () => {
      const [ledger, tenant, other] = [open(), name(), name()];
      const ids = [name(), name(), name()];
      for (const [index, id] of ids.entries())
        await ledger.createBatch(batchOf(id, tenant, { arrivedAt: 1_700_000_000_000 + index }));
      await ledger.createBatch(batchOf(name(), other));
      expect((await ledger.batches(tenant, 2)).map(({ batch }) => batch)).toEqual([ids[2], ids[1]]);
    });

    it('knows which batches are open until somebody says that one has ended', async () => {
      const [ledger, tenant, first, second] = [open(), name(), name(), name()];
      await ledger.createBatch(batchOf(first, tenant));
      await ledger.createBatch(batchOf(second, tenant));
      await ledger.createBatch(batchOf(name(), tenant, { state: 'closed' }));
      expect(await ledger.openBatches(tenant)).toEqual([first, second].toSorted());
      await ledger.removeOpen(tenant, first);
      expect(await ledger.openBatches(tenant)).toEqual([second]);
    });

    it('sets the notes and the findings of a closed batch', async () => {
      const [ledger, id, tenant] = [open(), name(), name()];
      await ledger.createBatch(batchOf(id, tenant, { state: 'closed' }));
      const notes = { found: 1, read: 1, failed: 0, overBudget: 0, findings: 2, state: 'read' } as const;
      await ledger.setNotes(id, notes);
      await ledger.setFindingsImport(id, 'i');
      expect(await ledger.batch(id)).toMatchObject({ notes, findingsImport: 'i' });
    });
  });

  describe('what waits', () => {
    it('holds each entry once and lets go of the named one', async () => {
      const [ledger, tenant] = [open(), name()];
      await ledger.addWaiting(tenant, { batch: 'b', kind: 'messages', since: 5 });
      await ledger.addWaiting(tenant, { batch: 'b', kind: 'messages', since: 5 });
      await ledger.addWaiting(tenant, { batch: 'b', kind: 'findings' });
      expect(await ledger.waiting(tenant)).toMatchObject([
        { batch: 'b', kind: 'findings' },
        { batch: 'b', kind: 'messages', since: 5 },
      ]);
      await ledger.removeWaiting(tenant, { batch: 'b', kind: 'findings' });
      expect(await ledger.waiting(tenant)).toHaveLength(1);
      expect(await ledger.waiting(name())).toHaveLength(0);
    });

    it('holds the batches whose notes wait', async () => {
      const [ledger, tenant] = [open(), name()];
      for (const batch of ['b', 'a', 'a']) await ledger.addNotesWaiting(tenant, batch);
      expect(await ledger.notesWaiting(tenant)).toEqual(['a', 'b']);
      await ledger.removeNotesWaiting(tenant, 'a');
      expect(await ledger.notesWaiting(tenant)).toEqual(['b']);
    });
  });

  describe('claims', () => {
    const first: ClaimState = { holder: 'one', wanted: 0, looked: 0, sequence: 1, open: 'i', round: 1, attempt: 1 };
    const withoutHolder = ({ holder: _holder, ...rest }: ClaimState): ClaimState => rest;

    it('gives a free claim to one of two that saw it free', async () => {
      const [ledger, claim] = [open(), name()];
      expect(await ledger.claim(claim)).toBeUndefined();
      expect(await ledger.replaceClaim(claim, undefined, first)).toBe(true);
      expect(await ledger.replaceClaim(claim, undefined, { ...first, holder: 'two' })).toBe(false);
      expect(await ledger.claim(claim)).toEqual(first);
    });

    it('is wanted before anybody held it, and the first holder keeps what was wanted', async () => {
      const [ledger, claim] = [open(), name()];
      await ledger.want(claim);
      const was = await ledger.claim(claim);
      expect(was).toEqual({ wanted: 1, looked: 0, sequence: 0, round: 1, attempt: 1 });
      expect(await ledger.replaceClaim(claim, was, { ...first, looked: 1 })).toBe(true);
      expect(await ledger.claim(claim)).toEqual({ ...first, wanted: 1, looked: 1 });
    });

    it('is not let go when something was wanted since the holder looked, but may move on', async () => {
      const [ledger, claim] = [open(), name()];
      await ledger.replaceClaim(claim, undefined, first);
      await ledger.want(claim);
      expect(await ledger.replaceClaim(claim, first, withoutHolder(first))).toBe(false);
      expect(await ledger.replaceClaim(claim, first, { ...first, round: 2 })).toBe(true);
      const looked = { ...first, round: 2, looked: 1 };
      expect(await ledger.replaceClaim(claim, { ...first, round: 2 }, looked)).toBe(true);
      expect(await ledger.replaceClaim(claim, looked, withoutHolder(looked))).toBe(true);
    });

    it('is let go when nobody ever wanted anything', async () => {
      const [ledger, claim] = [open(), name()];
      await ledger.replaceClaim(claim, undefined, first);
      expect(await ledger.replaceClaim(claim, first, withoutHolder(first))).toBe(true);
      expect((await ledger.claim(claim))?.holder).toBeUndefined();
    });

    it('is not moved by one who read an earlier round, or another holder', async () => {
      const [ledger, claim] = [open(), name()];
      await ledger.replaceClaim(claim, undefined, { ...first, round: 2 });
      expect(await ledger.replaceClaim(claim, first, { ...first, round: 3 })).toBe(false);
      const other = { ...first, round: 2, holder: 'two' };
      expect(await ledger.replaceClaim(claim, other, { ...other, round: 3 })).toBe(false);
    });
  });

  describe('heads and hashes', () => {
    const head = (root: string, sequence: number) => ({ root, key: `k${sequence}`, start: 0, end: 9, sequence });

    it('never takes a head back, and takes the same one again', async () => {
      const [ledger, tenant] = [open(), name()];
      for (const sequence of [2001, 1001, 2001]) await ledger.confirmHead(tenant, head('Patient/a', sequence));
      const found = await ledger.heads(tenant, ['Patient/a', 'Patient/b']);
      expect([...found.keys()]).toEqual(['Patient/a']);
      expect(found.get('Patient/a')).toMatchObject(head('Patient/a', 2001));
    });

    it('finds heads past what one call may ask for', async () => {
      const [ledger, tenant] = [open(), name()];
      const roots = Array.from({ length: 130 }, (_, index) => `Patient/${index}`);
      await Promise.all(roots.map((root) => ledger.confirmHead(tenant, head(root, 1))));
      expect((await ledger.heads(tenant, roots)).size).toBe(130);
    });

    it('gives a hash to its first owner for good', async () => {
      const [ledger, tenant] = [open(), name()];
      expect(await ledger.takeSeen(tenant, 'h', { batch: 'a', ordinal: 1 })).toEqual({ batch: 'a', ordinal: 1 });
      expect(await ledger.takeSeen(tenant, 'h', { batch: 'b', ordinal: 1 })).toEqual({ batch: 'a', ordinal: 1 });
      expect(await ledger.seen(tenant, ['h', 'g'])).toEqual(new Map([['h', { batch: 'a', ordinal: 1 }]]));
      expect((await ledger.seen(name(), ['h'])).size).toBe(0);
    });

    it('keeps what an import came to', async () => {
      const [ledger, id] = [open(), name()];
      const record = { created: { Patient: 1 }, updated: {}, refused: 0, batches: ['b'], closedAt: 1, rounds: 1 };
      await ledger.putImport({ import: id, tenant: 't', ...record });
      expect(await ledger.importRecord(id)).toMatchObject(record);
    });
  });
});
