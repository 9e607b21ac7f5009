import { readdirSync, readFileSync } from 'node:fs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT, MACHINES, ROLE, runMachine, startWorkflowCloud, type WorkflowCloud } from './workflow-cloud.ts';

/** One scenario; `page` is the page of the Step Functions developer guide that it rests on. */
interface Scenario {
  readonly title: string;
  readonly page: string;
  readonly definition: unknown;
  readonly input?: unknown;
  readonly expect: {
    readonly status: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly cause?: string;
    readonly causePart?: string;
    readonly types?: readonly string[];
  };
}

const folder = new URL('./scenarios/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const child = { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } };
let cloud: WorkflowCloud;

beforeAll(async () => {
  cloud = await startWorkflowCloud({ speed: 20 });
  const { endpoint } = cloud.server;
  await new S3Client({ ...CLIENT, endpoint, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'work' }));
  await new SQSClient({ ...CLIENT, endpoint }).send(new CreateQueueCommand({ QueueName: 'pointers' }));
  await cloud.sfn.send(
    new CreateStateMachineCommand({ name: 'scenario-child', roleArn: ROLE, definition: JSON.stringify(child) }),
  );
});

afterAll(() => cloud.stop());

it('finds the scenario files', () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
});

for (const file of files) {
  const scenarios = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Scenario[];
  describe(file, () => {
    it.each(scenarios.map((scenario, index) => ({ ...scenario, name: `${file.replace('.json', '')}-${index}` })))(
      '$title ($page)',
      async (scenario) => {
        const { execution, history } = await runMachine(
          cloud.sfn,
          scenario.name,
          substituted(scenario.definition),
          scenario.input,
        );
        const { output, types, causePart, ...rest } = scenario.expect;
        expect({ error: undefined, ...execution }, execution.cause).toMatchObject({ error: undefined, ...rest });
        if ('output' in scenario.expect) expect(JSON.parse(execution.output ?? 'null')).toEqual(output);
        if (causePart !== undefined) expect(execution.cause).toContain(causePart);
        if (types) expect(history.map(({ type }) => type)).toEqual(types);
        expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
      },
    );
  });
}

function substituted(definition: unknown): unknown {
  const text = JSON.stringify(definition)
    .replaceAll('<endpoint>', cloud.server.endpoint)
    .replaceAll('<machines>', MACHINES);
  return JSON.parse(text);
}
