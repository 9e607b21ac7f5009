import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it, vi } from 'vitest';
import { startServer } from '../../../local/server.ts';
import type { BusEvent } from '../../../local/service.ts';
import { createStepFunctionsService } from '../../../local/stepfunctions/stepfunctions-service.ts';
import { CLIENT, ROLE } from './workflow-cloud.ts';

it('publishes start and end of an execution, without its input or output', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-events-'));
  const published: BusEvent[] = [];
  const publish = (event: BusEvent): void => void published.push(event);
  const server = await startServer({
    directory,
    port: 0,
    services: (context) => [createStepFunctionsService({ ...context, publish })],
  });
  const sfn = new SFNClient({ ...CLIENT, endpoint: server.endpoint });
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'F',
    States: { F: { Type: 'Fail', Error: 'Broken', Cause: 'SECRET-CAUSE' } },
  });
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name: 'told', roleArn: ROLE, definition }),
  );
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name: 'run', input: '"SECRET-INPUT"' }),
  );
  await vi.waitFor(() => expect(published).toHaveLength(2));
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
  const common = { executionArn, stateMachineArn, name: 'run', startDate: expect.any(Number) };
  expect(published).toEqual([
    {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: { ...common, status: 'RUNNING', stopDate: null },
    },
    {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: { ...common, status: 'FAILED', stopDate: expect.any(Number) },
    },
  ]);
  expect(JSON.stringify(published)).not.toContain('SECRET');
});
