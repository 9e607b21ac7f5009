import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it, vi } from 'vitest';
import { ended, ROLE, startWorkflowCloud, wholeHistory } from './workflow-cloud.ts';

it('leaves a task in flight to the next start when the cloud stops in good order', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-stop-'));
  const runsFile = join(directory, 'runs.txt');
  const settings = { directory: join(directory, 'cloud'), environment: { RUNS_FILE: runsFile } };
  const first = await startWorkflowCloud(settings);
  const A = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'Task', Payload: { value: 'a', ms: 1000 } },
    End: true,
  };
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A } });
  const { stateMachineArn } = await first.sfn.send(
    new CreateStateMachineCommand({ name: 'stopped', roleArn: ROLE, definition }),
  );
  const { executionArn = '' } = await first.sfn.send(new StartExecutionCommand({ stateMachineArn }));
  await vi.waitFor(() => expect(existsSync(runsFile)).toBe(true), { timeout: 8000 });
  await first.stop();
  const second = await startWorkflowCloud(settings);
  expect(await ended(second.sfn, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  expect((await wholeHistory(second.sfn, executionArn)).map(({ type }) => type)).not.toContain('TaskFailed');
  expect(readFileSync(runsFile, 'utf8')).toBe('a\na\n');
  await second.stop();
  rmSync(directory, { recursive: true, force: true });
});
