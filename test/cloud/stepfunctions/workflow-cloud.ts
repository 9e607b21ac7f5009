import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createEventsService } from '../../../local/events/events-service.ts';
import { createLambdaService } from '../../../local/lambda/lambda-service.ts';
import { createS3Service } from '../../../local/s3/s3-service.ts';
import { type RunningServer, startServer } from '../../../local/server.ts';
import type { Timers } from '../../../local/service.ts';
import { createSqsService } from '../../../local/sqs/sqs-service.ts';
import { createStepFunctionsService } from '../../../local/stepfunctions/stepfunctions-service.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/workflow';
export const MACHINES = 'arn:aws:states:us-east-1:000000000000:stateMachine:';
export const CLIENT = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

/** A cloud with what the workflows call, in which time runs `speed` times as fast. */
export interface WorkflowCloud {
  readonly server: RunningServer;
  readonly sfn: SFNClient;
  readonly directory: string;
  readonly stop: () => Promise<void>;
}

export async function startWorkflowCloud(
  settings: { speed?: number; directory?: string; environment?: Record<string, string> } = {},
): Promise<WorkflowCloud> {
  const directory = settings.directory ?? mkdtempSync(join(tmpdir(), 'tributary-workflows-'));
  const Task = {
    module: new URL('./handlers/task.ts', import.meta.url).href,
    environment: settings.environment ?? {},
    timeoutSeconds: 60,
    memoryMb: 128,
  };
  const server = await startServer({
    directory,
    port: 0,
    timers: fastTimers(settings.speed ?? 1),
    services: (context) => {
      const sqs = createSqsService(context);
      const lambda = createLambdaService(context, { functions: { Task }, queues: sqs, workers: 1 });
      return [
        createS3Service(context),
        sqs,
        createEventsService(context, { queue: (arn, body) => sqs.sendInternally(arn.split(':').at(-1) ?? '', body) }),
        lambda,
        createStepFunctionsService(context),
      ];
    },
  });
  const sfn = new SFNClient({ ...CLIENT, endpoint: server.endpoint });
  const stop = async (): Promise<void> => {
    await server.stop();
    if (settings.directory === undefined) rmSync(directory, { recursive: true, force: true });
  };
  return { server, sfn, directory, stop };
}

function fastTimers(speed: number): Timers {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * speed,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}

/** Creates a machine, runs it once and gives what became of it with its whole history. */
export async function runMachine(
  sfn: SFNClient,
  name: string,
  definition: unknown,
  input: unknown = {},
): Promise<{ execution: DescribeExecutionOutput; history: HistoryEvent[] }> {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name, roleArn: ROLE, definition: JSON.stringify(definition) }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  const execution = await ended(sfn, executionArn ?? '');
  return { execution, history: await wholeHistory(sfn, executionArn ?? '') };
}

export async function ended(
  sfn: SFNClient,
  executionArn: string,
  timeoutMs = 20_000,
): Promise<DescribeExecutionOutput> {
  for (const limit = Date.now() + timeoutMs; ; ) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    if (Date.now() > limit) throw new Error('The execution did not end in time');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export async function wholeHistory(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await sfn.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000 }));
    events.push(...(answer.events ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return events;
}
