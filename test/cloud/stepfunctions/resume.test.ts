import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateStateMachineCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CLIENT, ended, ROLE, wholeHistory } from './workflow-cloud.ts';

let directory: string;
let runsFile: string;
let child: ChildProcess | undefined;
const runs = (): string[] => (existsSync(runsFile) ? readFileSync(runsFile, 'utf8').trim().split('\n') : []);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-kill-'));
  runsFile = join(directory, 'runs.txt');
});

afterEach(async () => {
  await kill();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<SFNClient> {
  child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./kill-child.ts', import.meta.url)), join(directory, 'cloud'), runsFile],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return new SFNClient({ ...CLIENT, endpoint: line.toString().trim() });
}

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function begin(sfn: SFNClient, definition: object, input: unknown = {}): Promise<string> {
  const machine = { QueryLanguage: 'JSONata', ...definition };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: 'killed', roleArn: ROLE, definition: JSON.stringify(machine) }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return executionArn ?? '';
}

const task = (payload: unknown, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'Task', Payload: payload },
  Output: '{% $states.result.Payload %}',
  ...more,
});

it('runs a task in flight again and keeps variables, retries and finished states', async () => {
  const first = await start();
  const States = {
    A: task({ value: 'a' }, { Assign: { kept: '{% $states.result.Payload %}' }, Next: 'B' }),
    B: task({ key: 'b', value: 'b', ms: 1500 }, { Next: 'C' }),
    C: { Type: 'Pass', Output: '{% $kept & $states.input %}', End: true },
  };
  const arn = await begin(first, { StartAt: 'A', States });
  await vi.waitFor(() => expect(runs()).toEqual(['a', 'b']), { timeout: 10_000 });
  await kill();
  const second = await start();
  const execution = await ended(second, arn);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '"ab"' });
  expect(runs()).toEqual(['a', 'b', 'b']);
  const types = (await wholeHistory(second, arn)).map(({ type }) => type);
  expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(2);
  expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(3);
});

it('waits only for the rest of a Wait state', async () => {
  const first = await start();
  const began = Date.now();
  const arn = await begin(first, { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 4, End: true } } });
  await kill();
  const second = await start();
  expect(await ended(second, arn)).toMatchObject({ status: 'SUCCEEDED' });
  const took = Date.now() - began;
  expect(took).toBeGreaterThan(3500);
  expect(took).toBeLessThan(7500);
});

it('ends a Distributed Map without running its finished children again', async () => {
  const first = await start();
  const processor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'T',
    States: { T: task('{% {"value": $states.input, "ms": 150} %}') },
  };
  const Items = Array.from({ length: 12 }, (_, index) => `item-${index}`);
  const States = { M: { Type: 'Map', Items, MaxConcurrency: 2, ItemProcessor: processor, End: true } };
  const arn = await begin(first, { StartAt: 'M', States });
  await vi.waitFor(() => expect(runs().length).toBeGreaterThanOrEqual(6), { timeout: 15_000 });
  await kill();
  const startedBefore = runs();
  const second = await start();
  const execution = await ended(second, arn);
  expect(JSON.parse(execution.output ?? 'null')).toEqual(Items);
  const all = runs();
  expect([...new Set(all)].sort()).toEqual([...Items].sort());
  // Only children that had not ended may have run twice: at most two, which is the concurrency.
  expect(all.length - Items.length).toBeLessThanOrEqual(2);
  expect(startedBefore.length).toBeGreaterThanOrEqual(6);
  const mapRunArn = (await second.send(new ListMapRunsCommand({ executionArn: arn }))).mapRuns?.[0]?.mapRunArn;
  const counts = (await second.send(new DescribeMapRunCommand({ mapRunArn }))).itemCounts;
  expect(counts).toMatchObject({ total: 12, succeeded: 12, failed: 0 });
  expect((await second.send(new ListExecutionsCommand({ mapRunArn }))).executions).toHaveLength(12);
});

it('runs the iterations of an inline Map on from where each one was', async () => {
  const first = await start();
  const processor = { StartAt: 'T', States: { T: task('{% {"value": $states.input, "ms": 300} %}') } };
  const Items = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5'];
  const arn = await begin(first, {
    StartAt: 'M',
    States: { M: { Type: 'Map', Items, MaxConcurrency: 1, ItemProcessor: processor, End: true } },
  });
  await vi.waitFor(() => expect(runs().length).toBeGreaterThanOrEqual(3), { timeout: 15_000 });
  await kill();
  const second = await start();
  expect(JSON.parse((await ended(second, arn)).output ?? 'null')).toEqual(Items);
  expect(runs().length).toBeLessThanOrEqual(7);
});
