import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Batch } from '../../core/ledger/ledger.ts';
import type { MessageOutcome } from '../../core/ledger/states.ts';
import { executionsOf, historyOf, statesEntered } from './support/executions.ts';
import { countFhir, searchFhir } from './support/fhir.ts';
import { admission } from './support/hl7.ts';
import { dropObject, keyFor } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { type Pointer, takeDeadLetters } from './support/queue.ts';

let pipeline: Pipeline;
let book: Batch;
let ended: readonly MessageOutcome[];
let pointers: Pointer[];
beforeAll(async () => {
  pipeline = await startPipeline();
  // US Core asks for a name; R4 and our own checker do not (PID-5 is empty).
  const nameless = admission('U2', '8002').replace('Testcase^Ada^^^^^L', '');
  const drop = [admission('U1', '8001'), nameless, admission('U3', '8003')].join('');
  ({ book, outcomes: ended } = await dropObject(pipeline, keyFor('us-core', 'three.hl7'), drop));
  pointers = await takeDeadLetters();
});
afterAll(() => pipeline.close());

test('the message of the patient without a name dies by the refusal of the data store, with the field to look at', () => {
  const [dead] = ended.filter(({ state }) => state === 'dead');
  expect(dead).toMatchObject({ ordinal: 2, stage: 'Reconcile' });
  expect(['destination-rejected', 'partial']).toContain(dead?.reason);
  expect(dead?.path).toMatch(/^PID\b/);
  expect(dead?.refused).toEqual([expect.stringMatching(/^Patient\/[0-9a-f-]{36}$/)]);
});

test('the other messages of the file are imported, and the book balances', () => {
  expect(book).toMatchObject({ state: 'closed', balanced: true, counted: 3, counts: { imported: 2, dead: 1 } });
  expect(ended.map(({ state }) => state)).toEqual(['imported', 'dead', 'imported']);
});

test('one pointer rings for it, without a value of the message', () => {
  expect(pointers).toMatchObject([{ batch: book.batch, ordinal: 2, type: 'ADT^A01' }]);
  expect(JSON.stringify(pointers)).not.toContain('8002');
});

test('the data store holds the named patients and nothing of the nameless one', async () => {
  const patients = await searchFhir(pipeline, 'Patient');
  expect(patients.map(({ name }) => (name as unknown[]).length)).toEqual([1, 1]);
  expect(await countFhir(pipeline, 'Patient?identifier=8002')).toBe(0);
});

test('a second round packed the rest: one job, and a round that had nothing more to stage', async () => {
  const [id = ''] = book.imports ?? [];
  expect(await pipeline.connection.ledger.importRecord(id)).toMatchObject({ rounds: 2, refused: 1 });
  const imports = (await Promise.all((await executionsOf({ machine: 'import' })).map(historyOf))).flat();
  expect(statesEntered(imports).filter((name) => name === 'Pack')).toHaveLength(2);
});
