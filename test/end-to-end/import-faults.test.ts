import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import type { ImportFaults } from '../../local/healthlake/faults.ts';
import { executionsOf, historyOf, machineArn, tasksScheduled } from './support/executions.ts';
import { countFhir } from './support/fhir.ts';
import { admission } from './support/hl7.ts';
import { closedBook, keyFor, putObject } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { takeDeadLetters } from './support/queue.ts';
import { until } from './support/until.ts';

let pipeline: Pipeline | undefined;
afterEach(() => pipeline?.close());

const drop = [admission('F1', '6001'), admission('F2', '6002')].join('');

/** Each moment's first jobs meet these faults, one after the other; later ones meet none. */
function faultsInTurn(faults: { start?: ReturnType<ImportFaults>[]; run?: ReturnType<ImportFaults>[] }): ImportFaults {
  const left = { start: [...(faults.start ?? [])], run: [...(faults.run ?? [])] };
  return (moment) => left[moment].shift();
}

test('a data store that throttles the start of a job is asked again, and nothing is rejected', async () => {
  pipeline = await startPipeline({
    healthlake: { fault: faultsInTurn({ start: [{ kind: 'throttle' }, { kind: 'throttle' }] }) },
  });
  const book = await closedBook(pipeline, await putObject(pipeline, keyFor('default', 'a.hl7'), drop));
  expect(book).toMatchObject({ balanced: true, counts: { imported: 2, dead: 0 } });
  expect(await takeDeadLetters()).toEqual([]);
});

test('a job that FAILED rejects nothing: the next execution runs it again and the batch closes', async () => {
  pipeline = await startPipeline({
    healthlake: { fault: faultsInTurn({ run: [{ kind: 'fail', message: 'The role may not read the input' }] }) },
  });
  const batch = await putObject(pipeline, keyFor('default', 'a.hl7'), drop);
  const first = await failedImport();
  expect(first).toMatchObject({ error: 'ImportJobFailed' });
  const { connection } = pipeline;
  expect(await connection.ledger.batch(batch)).toMatchObject({ state: 'sealed', counts: { staged: 2, dead: 0 } });
  expect(await takeDeadLetters()).toEqual([]);
  // What the rule on ended executions, or the schedule, does: both call Sweep.
  await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'tributary-Sweep', Payload: '{}' }));
  const book = await closedBook(pipeline, batch);
  expect(book).toMatchObject({ balanced: true, counts: { imported: 2, dead: 0, staged: 0 } });
  expect(await countFhir(pipeline, 'Patient')).toBe(2);
  expect(await takeDeadLetters()).toEqual([]);
});

test('an import started by hand takes up what the failed one left, under the same import', async () => {
  pipeline = await startPipeline({ healthlake: { fault: faultsInTurn({ run: [{ kind: 'fail' }] }) } });
  const batch = await putObject(pipeline, keyFor('default', 'a.hl7'), drop);
  await failedImport();
  const open = (await pipeline.connection.ledger.claim('demo'))?.open;
  await new SFNClient({}).send(
    new StartExecutionCommand({ stateMachineArn: machineArn('import'), input: JSON.stringify({ tenant: 'demo' }) }),
  );
  const book = await closedBook(pipeline, batch);
  expect(book).toMatchObject({ balanced: true, counts: { imported: 2 } });
  expect(open).toBeDefined();
  expect(book.imports).toEqual([open]);
  const all = (await Promise.all((await executionsOf({ machine: 'import' })).map(historyOf))).flat();
  const jobs = tasksScheduled(all).filter((task) => task === 'aws-sdk:healthlake:startFHIRImportJob');
  expect(jobs).toHaveLength(2);
});

async function failedImport(): Promise<{ readonly error?: string | undefined }> {
  const client = new SFNClient({});
  return await until('an import that fails', async () => {
    for (const executionArn of await executionsOf({ machine: 'import' })) {
      const { status, error } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'FAILED') return { error };
    }
    return undefined;
  });
}
