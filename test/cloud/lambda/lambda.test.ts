import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLambdaService } from '../../../local/lambda/lambda-service.ts';
import { type RunningServer, startServer } from '../../../local/server.ts';

const module = new URL('./handlers/echo.ts', import.meta.url).href;
const echo = { module, environment: { GREETING: 'hello' }, timeoutSeconds: 1, memoryMb: 128 };
let directory: string;
let server: RunningServer;
let client: LambdaClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-lambda-'));
  const functions = { Echo: echo, Other: { ...echo, module: 'file:///missing.ts' } };
  server = await startServer({
    directory,
    port: 0,
    services: (context) => [createLambdaService(context, { functions, workers: 1, overrides: { Other: module } })],
  });
  client = new LambdaClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function invoke(event: unknown, more: Partial<InvokeCommandInput> = {}) {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: 'Echo', Payload: JSON.stringify(event), ...more }),
  );
  return { ...answer, json: JSON.parse(answer.Payload?.transformToString() || 'null') };
}

describe('Invoke', () => {
  it('gives the handler the event and answers with its result', async () => {
    const answer = await invoke({ act: 'echo', deep: [1, { a: null }] });
    expect(answer).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      json: { act: 'echo', deep: [1, { a: null }] },
    });
    expect(answer.FunctionError).toBeUndefined();
  });

  it('runs the handler in a worker, made once, with its environment, the endpoint and nothing of the host', async () => {
    const first = await invoke(
      { act: 'describe' },
      { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:Echo:1' },
    );
    const second = await invoke({ act: 'describe' });
    expect(first.ExecutedVersion).toBe('1');
    expect(first.json).toMatchObject({
      created: 1,
      inWorker: true,
      greeting: 'hello',
      endpoint: true,
      home: 'none',
      arn: expect.stringMatching(/:Echo:1$/),
    });
    expect(first.json.left).toBeGreaterThan(0);
    expect(second.json).toMatchObject({
      created: 1,
      calls: first.json.calls + 1,
      arn: expect.stringMatching(/:Echo$/),
    });
  });

  it('takes name:version, a qualifier, and an override of the module', async () => {
    expect((await invoke({}, { FunctionName: 'Echo:1' })).ExecutedVersion).toBe('1');
    expect((await invoke({}, { Qualifier: '1' })).ExecutedVersion).toBe('1');
    expect((await invoke({ act: 'describe' }, { FunctionName: 'Other' })).json.inWorker).toBe(true);
  });

  it('answers an unknown function or version with ResourceNotFoundException', async () => {
    await expect(invoke({}, { FunctionName: 'Nobody' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke({}, { FunctionName: 'Echo:2' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it("names a failure by the thrown error's name", async () => {
    const answer = await invoke({ act: 'fail' });
    expect(answer).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      json: { errorType: 'MessageUnreadableError', errorMessage: 'refused' },
    });
    expect((await invoke({ act: 'throwText' })).json).toMatchObject({ errorType: 'string', errorMessage: 'plain' });
  });

  it('answers null for a handler that returns nothing', async () => {
    expect((await invoke({ act: 'nothing' })).json).toBeNull();
  });

  it('kills a busy task at its timeout, and the next one runs', async () => {
    const answer = await invoke({ act: 'spin' });
    expect(answer.json.errorType).toBe('Sandbox.Timedout');
    expect((await invoke({ act: 'echo' })).json).toEqual({ act: 'echo' });
  });

  it('keeps the port open while a task is busy', async () => {
    const busy = invoke({ act: 'spin' });
    const listed = await client.send(new ListFunctionsCommand({}));
    expect(listed.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['Echo', 'Other']);
    expect((await busy).json.errorType).toBe('Sandbox.Timedout');
  });

  it('answers Runtime.ExitError when the worker dies, and the pool refills', async () => {
    expect((await invoke({ act: 'exit' })).json.errorType).toBe('Runtime.ExitError');
    expect((await invoke({ act: 'echo' })).json).toEqual({ act: 'echo' });
  });

  it('runs more jobs than workers, in turn', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => invoke({ act: 'echo', index })));
    expect(answers.map(({ json }) => json.index)).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses payloads and results over 6 MB', async () => {
    await expect(invoke('x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    expect((await invoke({ act: 'large' })).json.errorType).toBe('Function.ResponseSizeTooLarge');
  });

  it('refuses what it does not serve', async () => {
    await expect(invoke({}, { InvocationType: 'DryRun' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    const answer = await fetch(`${server.endpoint}/2015-03-31/functions/Echo/policy`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  });

  it('describes a function', async () => {
    const answer = await client.send(new GetFunctionCommand({ FunctionName: 'Echo', Qualifier: '1' }));
    expect(answer.Configuration).toMatchObject({ FunctionName: 'Echo', Version: '1', Timeout: 1, MemorySize: 128 });
  });
});
