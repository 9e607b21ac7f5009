import type {
  Batch,
  ClaimState,
  Head,
  ImportRecord,
  Ledger,
  NotesBook,
  SeenOwner,
  Waiting,
} from '../../core/ledger/ledger.ts';
import type { Item, LedgerTable } from './table.ts';

const batchKey = (batch: string) => ({ pk: `batch#${batch}`, sk: 'batch' });
const claimKey = (name: string) => ({ pk: `claim#${name}`, sk: 'claim' });
const headKey = (tenant: string, root: string) => ({ pk: `head#${tenant}#${root}`, sk: 'head' });
const seenKey = (tenant: string, hash: string) => ({ pk: `seen#${tenant}#${hash}`, sk: 'seen' });
const waitingKey = (tenant: string, { batch, kind }: Waiting) => ({ pk: `waiting#${tenant}`, sk: `${kind}#${batch}` });
const openKey = (tenant: string, batch: string) => ({ pk: `open#${tenant}`, sk: batch });
const notesKey = (tenant: string, batch: string) => ({ pk: `notes-waiting#${tenant}`, sk: batch });

/** The ledger over one DynamoDB table: single-item conditional writes only (DESIGN section 2). */
export function dynamoLedger(table: LedgerTable): Ledger {
  return { ...batchBook(table), ...waitingBook(table), ...claimBook(table), ...headBook(table) };
}

function batchBook(
  table: LedgerTable,
): Pick<
  Ledger,
  | 'createBatch'
  | 'batch'
  | 'updateBatch'
  | 'batches'
  | 'openBatches'
  | 'removeOpen'
  | 'setNotes'
  | 'setFindingsImport'
  | 'putImport'
  | 'importRecord'
> {
  return {
    createBatch: async (batch) => {
      // The mark comes first: a batch that nobody marked could stand still unseen, a mark without a batch is only passed over.
      if (batch.state !== 'closed')
        await table.put({ ...openKey(batch.tenant, batch.batch), batch: batch.batch }, 'attribute_not_exists(pk)');
      return await table.put(
        {
          ...batchKey(batch.batch),
          list: `batches#${batch.tenant}`,
          listed: `${batch.arrivedAt}#${batch.batch}`,
          ...batch,
        },
        'attribute_not_exists(pk)',
      );
    },
    openBatches: async (tenant) => (await table.partition(`open#${tenant}`)).map((item) => String(item['batch'])),
    removeOpen: (tenant, batch) => table.delete(openKey(tenant, batch)),
    batch: async (batch) => (await table.get(batchKey(batch))) as Batch | undefined,
    updateBatch: (batch, fields) =>
      table.set(batchKey(batch), fields, {
        expression: 'attribute_exists(pk) AND #state <> :closed',
        names: { '#state': 'state' },
        values: { ':closed': 'closed' },
      }),
    batches: async (tenant, limit) => (await table.listed(`batches#${tenant}`, limit)) as unknown as readonly Batch[],
    setNotes: async (batch, notes: NotesBook) => {
      await table.set(batchKey(batch), { notes });
    },
    setFindingsImport: async (batch, id) => {
      await table.set(batchKey(batch), { findingsImport: id });
    },
    putImport: async (record) => {
      await table.put({ pk: `import#${record.import}`, sk: 'import', ...record });
    },
    importRecord: async (id) => (await table.get({ pk: `import#${id}`, sk: 'import' })) as ImportRecord | undefined,
  };
}

function waitingBook(
  table: LedgerTable,
): Pick<
  Ledger,
  'addWaiting' | 'waiting' | 'removeWaiting' | 'addNotesWaiting' | 'notesWaiting' | 'removeNotesWaiting'
> {
  return {
    addWaiting: async (tenant, waiting) => {
      await table.put({ ...waitingKey(tenant, waiting), ...waiting });
    },
    waiting: async (tenant) => (await table.partition(`waiting#${tenant}`)) as unknown as readonly Waiting[],
    removeWaiting: (tenant, waiting) => table.delete(waitingKey(tenant, waiting)),
    addNotesWaiting: async (tenant, batch) => {
      await table.put({ ...notesKey(tenant, batch), batch });
    },
    notesWaiting: async (tenant) =>
      (await table.partition(`notes-waiting#${tenant}`)).map((item) => String(item['batch'])),
    removeNotesWaiting: (tenant, batch) => table.delete(notesKey(tenant, batch)),
  };
}

const fresh = { wanted: 0, looked: 0, sequence: 0, round: 1, attempt: 1 };

function claimBook(table: LedgerTable): Pick<Ledger, 'claim' | 'want' | 'replaceClaim'> {
  return {
    claim: async (name) => {
      const item = await table.get(claimKey(name));
      return item === undefined ? undefined : asClaim(item);
    },
    want: (name) => table.increase(claimKey(name), 'wanted'),
    // `wanted` may rise between reading and replacing: that is no conflict, so it is neither compared nor written back.
    replaceClaim: async (name, was, next) => {
      const { wanted: _wanted, holder, open, ...rest } = next;
      const before = was ?? fresh;
      // Letting go is only allowed when nothing was wanted since the holder looked.
      const letsGo = holder === undefined;
      return await table.set(
        claimKey(name),
        { ...rest, holder: holder ?? '', open: open ?? '' },
        {
          expression: `(attribute_not_exists(#holder) OR #holder = :was) AND (attribute_not_exists(#sequence) OR (#sequence = :sequence AND #round = :round))${letsGo ? ' AND (attribute_not_exists(#wanted) OR #wanted = :looked)' : ''}`,
          names: {
            '#holder': 'holder',
            '#sequence': 'sequence',
            '#round': 'round',
            ...(letsGo ? { '#wanted': 'wanted' } : {}),
          },
          values: {
            ':was': was?.holder ?? '',
            ':sequence': before.sequence,
            ':round': before.round,
            ...(letsGo ? { ':looked': next.looked } : {}),
          },
        },
      );
    },
  };
}

function asClaim(item: Item): ClaimState {
  const { holder, open } = item;
  return {
    ...fresh,
    ...Object.fromEntries(
      Object.keys(fresh).flatMap((name) => (typeof item[name] === 'number' ? [[name, item[name]]] : [])),
    ),
    ...(typeof holder === 'string' && holder !== '' ? { holder } : {}),
    ...(typeof open === 'string' && open !== '' ? { open } : {}),
  };
}

function headBook(table: LedgerTable): Pick<Ledger, 'heads' | 'confirmHead' | 'seen' | 'takeSeen'> {
  return {
    heads: async (tenant, roots) => {
      const items = await table.many(roots.map((root) => headKey(tenant, root)));
      return new Map(items.map((item) => [String(item['root']), item as unknown as Head]));
    },
    confirmHead: async (tenant, head) => {
      await table.set(
        headKey(tenant, head.root),
        { ...head },
        {
          expression: 'attribute_not_exists(pk) OR #sequence <= :sequence',
          names: { '#sequence': 'sequence' },
          values: { ':sequence': head.sequence },
        },
      );
    },
    seen: async (tenant, hashes) => {
      const items = await table.many(hashes.map((hash) => seenKey(tenant, hash)));
      return new Map(
        items.map((item) => [String(item['hash']), { batch: String(item['batch']), ordinal: Number(item['ordinal']) }]),
      );
    },
    takeSeen: async (tenant, hash, owner) => {
      if (await table.put({ ...seenKey(tenant, hash), hash, ...owner }, 'attribute_not_exists(pk)')) return owner;
      const item = await table.get(seenKey(tenant, hash));
      return item === undefined
        ? owner
        : ({ batch: String(item['batch']), ordinal: Number(item['ordinal']) } satisfies SeenOwner);
    },
  };
}
