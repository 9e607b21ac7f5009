import jsonata from 'jsonata';
import type { CloudContext, LocalService } from '../service.ts';
import { serveJson } from '../wire.ts';
import { executionOperations } from './execution-operations.ts';
import { createExecutions } from './executions.ts';
import { createExpressions } from './expressions.ts';
import { createIntegrations } from './integrations.ts';
import { machineOperations } from './machine-operations.ts';
import { mapRunOperations } from './map-run-operations.ts';
import { openStore } from './store.ts';
import { createValidation } from './validate-definition.ts';

export interface StepFunctionsOptions {
  /** Draws from 0 (inclusive) to 1 for retry jitter and `$random()`; a simulation gives its seeded one. */
  readonly random?: () => number;
}

/**
 * AWS Step Functions, Standard workflows in JSONata, over AWS JSON 1.0 (Step Functions API reference). Executions are
 * kept in SQLite at each transition and go on after a kill; a task in flight is run again.
 */
export function createStepFunctionsService(context: CloudContext, options: StepFunctionsOptions = {}): LocalService {
  const { timers, publish } = context;
  const random = options.random ?? Math.random;
  const store = openStore(context.directory);
  const expressions = createExpressions(jsonata, { now: timers.now, random });
  const integrations = createIntegrations(context.endpoint);
  const validate = createValidation({ expressions, resource: integrations.check });
  const executions = createExecutions({ store, timers, expressions, random, publish, call: integrations.call });
  const operations = {
    ...machineOperations(store, timers, validate),
    ...executionOperations(store, timers, executions),
    ...mapRunOperations(store),
  };
  return {
    name: 'stepfunctions',
    targets: ['AWSStepFunctions.'],
    handle: (request, response) => serveJson(operations, request, response),
    start: () => executions.resume(),
    async stop() {
      await executions.stop();
      integrations.close();
      store.close();
    },
  };
}
