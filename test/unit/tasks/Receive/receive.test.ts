import { describe, expect, it } from 'vitest';
import { layout } from '../../../../core/layout.ts';
import { limits } from '../../../../core/limits.ts';
import { receive } from '../../../../tasks/Receive/step.ts';
import { memoryLedger, memoryObjects } from '../../../support/memory-ports.ts';

const message = 'MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r';

async function admitted(body = message) {
  const unpack = () => ({ bytes: (async function* () {})(), failure: () => undefined });
  const ports = { objects: memoryObjects(), ledger: memoryLedger(), unpack, work: 'work', tenants: ['demo'], limits };
  const put = (bucket: string, key: string, text: string) => ports.objects.put({ bucket, key }, text);
  await put('inbox', 'tenants/demo/in/f/drop', body);
  await put('work', layout.feedIndex('demo'), JSON.stringify({ f: 'h1' }));
  for (const hash of ['h1', 'h2']) await put('work', layout.feed(hash), JSON.stringify({ feed: 'f', format: 'hl7v2' }));
  await ports.ledger.createBatch({
    ...{ batch: 'b', tenant: 'demo', feed: 'f', bucket: 'inbox', key: 'tenants/demo/in/f/drop', version: '' },
    ...{ size: body.length, arrivedAt: 1, state: 'admitted' },
  });
  return { ports, put };
}

describe('Receive', () => {
  it('keeps the feed that a batch began with when it is taken up again', async () => {
    const { ports, put } = await admitted();
    await receive({ batch: 'b' }, ports);
    await put('work', layout.feedIndex('demo'), JSON.stringify({ f: 'h2' }));
    expect(await receive({ batch: 'b' }, ports)).toMatchObject({ sealed: false, format: 'hl7v2' });
    expect(await ports.ledger.batch('b')).toMatchObject({ state: 'received', feedHash: 'h1' });
  });

  for (const state of ['sealed', 'closed'] as const) {
    it(`touches nothing of a batch that is ${state}, though its drop is gone`, async () => {
      const { ports } = await admitted();
      await receive({ batch: 'b' }, ports);
      await ports.ledger.updateBatch('b', { state });
      const before = await ports.ledger.batch('b');
      ports.objects.held.delete('inbox/tenants/demo/in/f/drop');
      expect(await receive({ batch: 'b' }, ports)).toEqual({ batch: 'b', sealed: true });
      expect(await ports.ledger.batch('b')).toEqual(before);
      expect(ports.objects.text('work', layout.outcomes('b', 0))).toBeUndefined();
    });
  }

  it('writes the refusal of a drop down before it throws, as one dead message', async () => {
    const { ports } = await admitted('');
    await expect(receive({ batch: 'b' }, ports)).rejects.toMatchObject({ name: 'MessageUnreadableError' });
    expect(await ports.ledger.batch('b')).toMatchObject({ refused: 'drop-empty', counted: 1, chunks: 1 });
    expect(ports.objects.text('work', layout.outcomes('b', 0))).toContain('"drop-empty"');
  });
});
