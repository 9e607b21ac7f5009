import { describe, expect, it } from 'vitest';
import { CallError } from '../../../../adapters/service-error.ts';
import { RetryError } from '../../../../core/errors.ts';
import { layout } from '../../../../core/layout.ts';
import { formatLines } from '../../../../core/ndjson.ts';
import type { NotesSummary } from '../../../../core/notes/notes-summary.ts';
import { readJson } from '../../../../core/read-json.ts';
import { extract } from '../../../../tasks/Extract/step.ts';
import { keyedHash, memoryLedger, memoryObjects, sha256 } from '../../../support/memory-ports.ts';

const note = (text: string, ordinal: number) => ({
  ...{ resource: 'Observation/a', root: 'DiagnosticReport/aaaaaaaa', patient: 'Patient/a', from: 'OBX-5' },
  ...{ text, ordinal, order: '1.0', hash: sha256(text).slice(0, 24) },
});

async function waiting(answer: (text: string) => Promise<unknown>) {
  const operation = answer as never;
  const ports = {
    ...{ objects: memoryObjects(), ledger: memoryLedger(), sha256, keyedHash: async () => keyedHash, work: 'work' },
    extraction: { operations: { entities: operation, icd10: operation, rxnorm: operation } },
    partitions: 4,
  };
  const put = (key: string, body: string) => ports.objects.put({ bucket: 'work', key }, body);
  await put(layout.feed('f'), JSON.stringify({ feed: 'feed', notes: { budgetCharacters: 10_000 } }));
  await put(layout.notes('b', 0), formatLines([note('one', 1), note('two', 2)]));
  await put(layout.noteChunks('b'), formatLines([{ chunk: 0 }]));
  await ports.ledger.createBatch({
    ...{ batch: 'b', tenant: 'demo', feed: 'feed', bucket: 'b', key: 'k', version: '', size: 1, arrivedAt: 1 },
    ...{ state: 'sealed', feedHash: 'f' },
  });
  const summary = () => readJson<NotesSummary>(ports.objects, 'work', layout.findingsSummary('b', 0));
  return { run: () => extract({ tenant: 'demo', batch: 'b', chunk: 0 }, ports), summary };
}
const nothing = { Entities: [] };

describe('Extract', () => {
  it('counts a note as failed that the service refuses, and reads its neighbour', async () => {
    for (const call of ['TextSizeLimitExceededException', 'InvalidRequestException', 'InvalidEncodingException']) {
      const { run, summary } = await waiting(async (text) => {
        if (text === 'one') throw new CallError(call, 400);
        return nothing;
      });
      expect(await run()).toMatchObject({ read: 1 });
      expect(await summary()).toMatchObject({ read: 1, failed: 1 });
    }
  });

  for (const [what, error] of [
    ['a permission that is missing', new CallError('AccessDeniedException', 403)],
    ['a defect of ours', new TypeError('x is not a function')],
    ['a service that asks for another try', new RetryError('DestinationThrottledError')],
  ] as const) {
    it(`counts nothing for ${what}: it is thrown`, async () => {
      const { run, summary } = await waiting(() => Promise.reject(error));
      await expect(run()).rejects.toBe(error);
      expect(await summary()).toBeUndefined();
    });
  }
});
