import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStateMachineCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import { type Ended, tributary } from './support/command.ts';
import { executionsOf, historyOf, machineArn, mapRunsOf, statesEntered, tasksScheduled } from './support/executions.ts';
import { readFhir, searchFhir } from './support/fhir.ts';
import { admission } from './support/hl7.ts';
import { dropObject, keyFor } from './support/inbox.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';

let directory: string;
let demo: Ended;
let pipeline: Pipeline;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-e2e-samples-'));
  demo = await tributary(['start', '--drop', 'samples', '--once', '--json', '--directory', directory]);
  // The state outlives the process that made it.
  pipeline = await startPipeline({ directory });
});
afterAll(async () => {
  await pipeline.close();
  await rm(directory, { recursive: true, force: true });
});

describe('npm start over the samples', () => {
  test('ends by itself with exit 0 and a book that balances', () => {
    expect(demo.code, demo.stderr).toBe(0);
    const told = JSON.parse(demo.stdout) as RunResult;
    expect(told).toMatchObject({ balanced: true, dead: 0, filtered: 0, duplicate: 0, open: [] });
    expect(told.in).toBe(told.imported + told.superseded);
    // 5 admissions and 3 results, 1 discharge summary, and the rows of five tables: counted by hand in `samples/`.
    expect(told.in).toBe(21);
    expect(told.notes).toMatchObject({ found: 5, read: 5, failed: 0, overBudget: 0 });
  });

  test('says in words what a person wants to know', async () => {
    const { code, stdout } = await tributary(['status', '--directory', directory], {
      AWS_ENDPOINT_URL: pipeline.endpoint,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('admissions.hl7');
    expect(stdout).toContain('Nothing is open.');
    expect(stdout).toContain('No dead letters.');
  });
});

describe('what the samples made is searchable over plain HTTP', () => {
  const nora = 'Patient?identifier=urn:tributary:demo:riverside%7C100231';

  test('a patient by identifier', async () => {
    const found = await searchFhir(pipeline, nora);
    expect(found).toMatchObject([{ gender: 'female', birthDate: '1962-03-14', name: [{ family: 'Whitfield' }] }]);
  });

  test('an observation by code', async () => {
    const found = await searchFhir(pipeline, 'Observation?code=http://loinc.org%7C2823-3');
    expect(found).toMatchObject([{ status: 'final', valueQuantity: { value: 3.3, unit: 'mmol/L' } }]);
  });

  test('the conditions of a patient, those of a note marked as made by a machine and pointing to it', async () => {
    const [patient] = await searchFhir(pipeline, nora);
    const conditions = await searchFhir(pipeline, `Condition?patient=${patient?.id}`);
    expect(JSON.stringify(conditions)).toContain('J18.9');
    const fromNotes = conditions.filter(({ meta }) => JSON.stringify(meta).includes('"tag"'));
    expect(fromNotes.length).toBeGreaterThan(0);
    for (const { evidence } of fromNotes) {
      const reference = (evidence as [{ detail: [{ reference: string }] }])[0].detail[0].reference;
      expect((await readFhir(pipeline, reference)).resourceType).toBe('DocumentReference');
    }
  });

  test('an encounter by its id, which hangs on its patient', async () => {
    const [patient] = await searchFhir(pipeline, nora);
    const [found] = await searchFhir(pipeline, `Encounter?patient=${patient?.id}`);
    const encounter = await readFhir(pipeline, `Encounter/${found?.id}`);
    expect(encounter).toMatchObject({ subject: { reference: `Patient/${patient?.id}` }, class: { code: 'IMP' } });
  });
});

/** Every state of the three machines; `beside` are those that good samples need not reach, or reach by chance of timing. */
const machines = {
  ingest: {
    reached: [
      ...['Receive', 'SealedBefore', 'Split', 'AnyChunks', 'ConvertChunks', 'Begin', 'Convert', 'Seal'],
      ...['WantsImport', 'StartImport', 'WantsNotes', 'StartEnrich', 'Sealed'],
    ],
    beside: ['OneByOne', 'ChunkFailed'],
  },
  enrich: {
    reached: [
      ...['ClaimNotes', 'NotesHeld', 'NothingToRead', 'ExtractNotes', 'Extract', 'SealNotes'],
      ...['FoundAnything', 'StartImport', 'NextNotes'],
    ],
    beside: [],
  },
  import: {
    reached: [
      ...['Begin', 'Claim', 'Held', 'Pack', 'AnythingStaged', 'StartJob', 'WaitForJob', 'DescribeJob', 'JobEnded'],
      ...['ReconcilePartitions', 'Reconcile', 'Close', 'AnotherRound', 'Release', 'Released', 'Done'],
    ],
    beside: ['HeldElsewhere', 'ClaimAgain', 'HandOver', 'HandedOver', 'JobFailed'],
  },
};

describe.each(Object.entries(machines))('state machine %s', (machine, { reached, beside }) => {
  const file = JSON.parse(
    readFileSync(new URL(`../../state-machines/${machine}.asl.json`, import.meta.url), 'utf8'),
  ) as Machine;

  test('has the states that this suite knows, and its history shows them', async () => {
    expect(statesOf(file).toSorted()).toEqual([...reached, ...beside].toSorted());
    const names = new Set(await entered(machine));
    for (const name of beside) names.delete(name);
    expect([...names].toSorted()).toEqual(reached.toSorted());
  });

  test.each(statesOf(file))('is refused when state %s alone is renamed', async (name) => {
    const client = new SFNClient({});
    const stateMachineArn = machineArn(machine);
    const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const renamed = definition.replace(`"${name}": {`, `"${name}Renamed": {`);
    expect(renamed).not.toBe(definition);
    await expect(
      client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: renamed })),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
    });
  });
});

test('the history shows the children of the map, the Lambda tasks and the calls of HealthLake', async () => {
  const [execution = ''] = await executionsOf({ machine: 'ingest' });
  const history = await historyOf(execution);
  expect(history.map(({ type }) => type)).toContain('MapRunStarted');
  expect(tasksScheduled(history)).toContain('lambda:invoke');
  const [mapRun = ''] = await mapRunsOf(execution);
  const [child = ''] = await executionsOf({ mapRunArn: mapRun });
  expect(tasksScheduled(await historyOf(child))).toEqual(['lambda:invoke']);
  const imports = (await Promise.all((await executionsOf({ machine: 'import' })).map(historyOf))).flat();
  expect(tasksScheduled(imports)).toContain('aws-sdk:healthlake:startFHIRImportJob');
  expect(tasksScheduled(imports)).toContain('aws-sdk:healthlake:describeFHIRImportJob');
});

test('a state renamed everywhere at once runs, and the history tells', async () => {
  const client = new SFNClient({});
  const stateMachineArn = machineArn('ingest');
  const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const renamed = definition.replaceAll('"Seal"', '"SealRenamed"');
  await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: renamed }));
  const { book } = await dropObject(pipeline, keyFor('default', 'renamed.hl7'), admission('R1', '5501'));
  await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  const execution = (await executionsOf({ machine: 'ingest' })).find((arn) => arn.endsWith(book.batch));
  const names = statesEntered(await historyOf(execution ?? ''));
  expect(names).toContain('SealRenamed');
  expect(names).not.toContain('Seal');
});

interface Machine {
  readonly States: Readonly<Record<string, { readonly ItemProcessor?: Machine }>>;
}

function statesOf({ States }: Machine): string[] {
  return Object.entries(States).flatMap(([name, state]) => [
    name,
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

async function entered(machine: string): Promise<string[]> {
  const executions = await executionsOf({ machine });
  const names: string[] = [];
  for (const execution of executions) {
    names.push(...statesEntered(await historyOf(execution)));
    for (const mapRunArn of await mapRunsOf(execution))
      for (const child of await executionsOf({ mapRunArn })) names.push(...statesEntered(await historyOf(child)));
  }
  return names;
}
