import { HealthLakeClient, ListFHIRDatastoresCommand, StartFHIRImportJobCommand } from '@aws-sdk/client-healthlake';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { word } from './scan/canary.ts';
import { capturedByApi, capturedFromFiles, capturedFromHandlers } from './scan/captured-cloud.ts';
import { capturedExecutions } from './scan/captured-executions.ts';
import { message, Planter } from './scan/messages.ts';
import { findLeaks, type Leak } from './scan/scanner.ts';
import { type Stage, startStage } from './scan/stage.ts';
import { until } from './support/until.ts';

// The scan of `canaries.test.ts` over a pipeline that leaks: what it does not find here it could not find there.
const ways = [
  ...['output', 'error', 'log', 'path', 'object key', 'queue attribute', 'ledger key', 'payload'],
  ...['execution name', 'job name'],
].map((way) => `leak: ${way}`);
let stage: Stage;
let leaks: readonly Leak[];

beforeAll(async () => {
  stage = await startStage(new URL('./scan/leaking-handler.ts', import.meta.url));
  const plant = new Planter();
  const body = Buffer.from(message(plant, 'imported') + message(plant, 'unknown type', { type: 'QBP^Q22' }));
  await stage.run({ feed: 'canary-hl7', name: 'plain.hl7', body });
  const [status, list] = [await stage.command('status'), await stage.command('dead', 'list')];
  await startJob(word('leak: job name'));
  const asked = await until('the execution of a leaking name', async () => {
    const channels = [...(await capturedExecutions()), ...(await capturedByApi())];
    return channels.some(({ content }) => content.includes(word('leak: execution name'))) ? channels : undefined;
  });
  await stage.server.end('SIGINT');
  const printed = [
    { name: 'status: stdout', content: status.stdout },
    { name: 'dead: stdout', content: list.stdout },
    { name: 'start: stdout', content: stage.server.stdout() },
    { name: 'start: stderr', content: stage.server.stderr() },
  ];
  leaks = findLeaks(
    [...printed, ...asked, ...capturedFromFiles(stage.directory), ...capturedFromHandlers(stage.records)],
    ways.map((place) => ({ place, text: word(place) })),
  );
}, 120_000);

afterAll(() => stage.clean());

async function startJob(JobName: string): Promise<void> {
  const client = new HealthLakeClient({});
  const { DatastorePropertiesList = [] } = await client.send(new ListFHIRDatastoresCommand({}));
  await client.send(
    new StartFHIRImportJobCommand({
      ...{ JobName, DatastoreId: DatastorePropertiesList[0]?.DatastoreId },
      DataAccessRoleArn: 'arn:aws:iam::000000000000:role/tributary-import',
      InputDataConfig: { S3Uri: 's3://tributary-work/batches/' },
      JobOutputDataConfig: {
        S3Configuration: { S3Uri: 's3://tributary-work/import-output/leak/', KmsKeyId: 'alias/tributary-local' },
      },
    }),
  );
}

test.each([
  ['leak: output', 'executions of tributary-ingest', /base64/],
  ['leak: output', 'rows of stepfunctions', /base64/],
  ['leak: output', 'file stepfunctions', /base64/],
  ['leak: output', 'handlers tasks.Receive.output', /base64/],
  ['leak: error', 'executions of tributary-ingest', /upper case/],
  ['leak: error', 'handlers tasks.Split.thrown', /upper case/],
  ['leak: log', 'start: stdout', /raw/],
  ['leak: path', 'dead: stdout', /raw/],
  ['leak: path', 'queue tributary-dead-letters', /raw/],
  ['leak: queue attribute', 'queue tributary-dead-letters', /raw/],
  ['leak: object key', 'keys of the work bucket', /hex/],
  ['leak: ledger key', 'ledger', /lower case/],
  ['leak: payload', 'handlers tasks.Sweep.input', /raw/],
  ['leak: payload', 'file lambda', /raw/],
  ['leak: execution name', 'executions of tributary-import', /raw/],
  ['leak: job name', 'import jobs', /raw/],
  ['leak: job name', 'rows of healthlake/healthlake', /raw/],
])('a planted %s is found in %s', (place, channel, encoding) => {
  const found = leaks.filter((leak) => leak.place === place && leak.channel === channel);
  expect(found.map((leak) => leak.encoding)).toContainEqual(expect.stringMatching(encoding));
});
