import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Workflows } from '../core/ports.ts';
import { asOurError } from './service-error.ts';

/** State machines over Step Functions. `arnPrefix` ends in `stateMachine:`; machines are named `tributary-<name>`. */
export function sfnWorkflows(arnPrefix: string, client: SFNClient = new SFNClient({})): Workflows {
  return {
    async start(machine, name, input) {
      try {
        await client.send(
          new StartExecutionCommand({
            stateMachineArn: `${arnPrefix}tributary-${machine}`,
            name,
            input: JSON.stringify(input),
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return 'duplicate';
        throw asOurError(error);
      }
    },
    async running(executionArn) {
      try {
        const answer = await client.send(new DescribeExecutionCommand({ executionArn }));
        return answer.status === 'RUNNING' || answer.status === 'PENDING_REDRIVE';
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
        throw asOurError(error);
      }
    },
  };
}
