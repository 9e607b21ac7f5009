import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, MACHINES, ROLE, startWorkflowCloud, type WorkflowCloud, wholeHistory } from './workflow-cloud.ts';

const waiting = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 1000, End: true } },
});
const quick = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S', States: { S: { Type: 'Succeed' } } });
const loop = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: {
    P: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'P' }], Default: 'S' },
    S: { Type: 'Succeed' },
  },
});
let cloud: WorkflowCloud;

beforeAll(async () => {
  cloud = await startWorkflowCloud();
});

afterAll(() => cloud.stop());

const create = (name: string, definition: string) =>
  cloud.sfn.send(new CreateStateMachineCommand({ name, definition, roleArn: ROLE }));
const start = (name: string, more: { name?: string; input?: string } = {}) =>
  cloud.sfn.send(new StartExecutionCommand({ stateMachineArn: `${MACHINES}${name}`, ...more }));

describe('state machines', () => {
  it('are created once, described, listed, updated and deleted', async () => {
    const made = await create('one', quick);
    expect(made.stateMachineArn).toBe(`${MACHINES}one`);
    expect((await create('one', quick)).creationDate).toEqual(made.creationDate);
    await expect(create('one', waiting)).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    await cloud.sfn.send(new UpdateStateMachineCommand({ stateMachineArn: made.stateMachineArn, definition: waiting }));
    const described = await cloud.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: made.stateMachineArn }));
    expect(described).toMatchObject({
      name: 'one',
      definition: waiting,
      roleArn: ROLE,
      status: 'ACTIVE',
      type: 'STANDARD',
    });
    expect((await cloud.sfn.send(new ListStateMachinesCommand({}))).stateMachines?.map(({ name }) => name)).toContain(
      'one',
    );
    await cloud.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: made.stateMachineArn }));
    await expect(start('one')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  it('are refused with the place of every fault', async () => {
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'S',
      States: { S: { Type: 'Succeed', Speed: 1 } },
    });
    await expect(create('refused', definition)).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining('/States/S/Speed'),
    });
    const verdict = await cloud.sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(verdict).toMatchObject({
      result: 'FAIL',
      diagnostics: [{ severity: 'ERROR', location: '/States/S/Speed' }],
    });
    expect((await cloud.sfn.send(new ValidateStateMachineDefinitionCommand({ definition: quick }))).result).toBe('OK');
  });

  it('refuse parameters and operations that are not implemented', async () => {
    const express = new CreateStateMachineCommand({
      name: 'express',
      definition: quick,
      roleArn: ROLE,
      type: 'EXPRESS',
    });
    await expect(cloud.sfn.send(express)).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
    const published = new CreateStateMachineCommand({
      name: 'published',
      definition: quick,
      roleArn: ROLE,
      publish: true,
    });
    await expect(cloud.sfn.send(published)).rejects.toMatchObject({ name: 'ValidationException' });
    const redrive = new RedriveExecutionCommand({
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:a:b',
    });
    await expect(cloud.sfn.send(redrive)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('executions', () => {
  it('are started once per name and input while they run, and the name is taken afterwards', async () => {
    await create('waiting', waiting);
    const first = await start('waiting', { name: 'same', input: '{"a":1}' });
    const again = await start('waiting', { name: 'same', input: '{"a":1}' });
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(start('waiting', { name: 'same', input: '{"a":2}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    const stop = new StopExecutionCommand({ executionArn: first.executionArn, error: 'Mine', cause: 'tired' });
    expect((await cloud.sfn.send(stop)).stopDate).toBeInstanceOf(Date);
    await expect(start('waiting', { name: 'same', input: '{"a":1}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    expect(await ended(cloud.sfn, first.executionArn ?? '')).toMatchObject({
      status: 'ABORTED',
      error: 'Mine',
      cause: 'tired',
    });
    const types = (await wholeHistory(cloud.sfn, first.executionArn ?? '')).map(({ type }) => type);
    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
  });

  it('refuse names, inputs and ARNs that AWS refuses', async () => {
    await create('quick', quick);
    await expect(start('quick', { name: 'a b' })).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start('quick', { name: 'x'.repeat(81) })).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start('quick', { input: '{' })).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    await expect(start('quick', { input: JSON.stringify('x'.repeat(262_143)) })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    expect((await start('quick', { input: JSON.stringify('x'.repeat(262_142)) })).executionArn).toBeDefined();
    const describe = new DescribeExecutionCommand({ executionArn: 'not an arn' });
    await expect(cloud.sfn.send(describe)).rejects.toMatchObject({ name: 'InvalidArn' });
  });

  it('keep the definition that they started with', async () => {
    await create('pinned', waiting);
    const { executionArn } = await start('pinned');
    await cloud.sfn.send(new UpdateStateMachineCommand({ stateMachineArn: `${MACHINES}pinned`, definition: quick }));
    expect((await cloud.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }))).definition).toBe(
      waiting,
    );
    expect((await cloud.sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('RUNNING');
  });

  it('are listed newest first, by status and in pages', async () => {
    await create('listed', quick);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await ended(cloud.sfn, (await start('listed', { name })).executionArn ?? '');
    const stateMachineArn = `${MACHINES}listed`;
    const first = await cloud.sfn.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 3, statusFilter: 'SUCCEEDED' }),
    );
    const second = await cloud.sfn.send(
      new ListExecutionsCommand({
        stateMachineArn,
        maxResults: 3,
        statusFilter: 'SUCCEEDED',
        nextToken: first.nextToken,
      }),
    );
    expect([...(first.executions ?? []), ...(second.executions ?? [])].map(({ name }) => name)).toEqual(
      [...names].reverse(),
    );
    expect(second.nextToken).toBeUndefined();
    expect(
      (await cloud.sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }))).executions,
    ).toEqual([]);
    const stray = new ListExecutionsCommand({ stateMachineArn, nextToken: 'stray' });
    await expect(cloud.sfn.send(stray)).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('give their history in pages, backwards, and without payloads', async () => {
    await create('history', quick);
    const { executionArn } = await start('history', { input: '{"a":1}' });
    await ended(cloud.sfn, executionArn ?? '');
    const page = await cloud.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder: true }),
    );
    expect(page.events?.map(({ id }) => id)).toEqual([4, 3, 2]);
    const rest = await cloud.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder: true, nextToken: page.nextToken }),
    );
    expect(rest.events?.map(({ id, type }) => [id, type])).toEqual([[1, 'ExecutionStarted']]);
    const full = await cloud.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(full.events?.[1]?.stateEnteredEventDetails).toMatchObject({ name: 'S', input: '{"a":1}' });
    const bare = await cloud.sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
    expect(JSON.stringify(bare.events)).not.toContain('"a"');
  });

  it('fail when their history is full, at 25,000 events', async () => {
    await create('loop', loop);
    const { executionArn = '' } = await start('loop');
    expect(await ended(cloud.sfn, executionArn, 50_000)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('25000'),
    });
    const last = await cloud.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
    );
    expect(last.events?.[0]).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });
});
