import type { ServerResponse } from 'node:http';
import { openDatabase } from '../database.ts';
import { ACCOUNT, type CloudContext, type LocalService } from '../service.ts';
import { ServiceError, serveJson } from '../wire.ts';
import { createArrivals } from './arrivals.ts';
import { createInternalQueues, type SqsQueues } from './internal-queues.ts';
import { messageOperations } from './message-operations.ts';
import { createMessageStore } from './message-store.ts';
import { type QueueScope, queueOperations } from './queue-operations.ts';
import { createQueueStore, SQS_SCHEMA } from './queue-store.ts';
import { receiveMessage } from './receive.ts';
import { queryErrorHeader, sqsError } from './sqs-error.ts';

type Operation = (input: Record<string, unknown>) => unknown;

/** Amazon SQS, standard queues, over AWS JSON 1.0 (SQS API reference); kept in SQLite, so it survives a kill. */
export function createSqsService(context: CloudContext): LocalService & SqsQueues {
  const database = openDatabase(context.directory, 'sqs', SQS_SCHEMA);
  const arrivals = createArrivals();
  const stopping = new AbortController();
  const scope: QueueScope = {
    queues: createQueueStore(database),
    messages: createMessageStore(database, arrivals.notify),
    timers: context.timers,
    endpoint: context.endpoint,
    url: (name) => `${context.endpoint()}/${ACCOUNT}/${name}`,
  };
  const operations: Record<string, Operation> = {
    ...queueOperations(scope),
    ...messageOperations(scope, arrivals.notify),
    ...MOVE_TASKS,
  };

  return {
    name: 'sqs',
    targets: ['AmazonSQS.'],
    async handle(request, response) {
      const gone = AbortSignal.any([stopping.signal, closedSignal(response)]);
      const ReceiveMessage: Operation = (input) => receiveMessage(scope, arrivals, input, gone);
      await serveJson(withQueryErrors({ ...operations, ReceiveMessage }, response), request, response);
    },
    async stop() {
      stopping.abort();
      // Polls that were waiting answer first; they read the database once more.
      await new Promise((resolve) => setImmediate(resolve));
      database.close();
    },
    ...createInternalQueues(scope, arrivals),
  };
}

const refuseMoveTask: Operation = () => {
  throw sqsError('UnsupportedOperation', 'Message move tasks are not implemented by the embedded cloud.');
};
const MOVE_TASKS = {
  StartMessageMoveTask: refuseMoveTask,
  ListMessageMoveTasks: refuseMoveTask,
  CancelMessageMoveTask: refuseMoveTask,
};

function closedSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

/** Adds the header from which clients of the older protocol take the error's code. */
function withQueryErrors(operations: Record<string, Operation>, response: ServerResponse): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]) => [
      name,
      async (input: Record<string, unknown>) => {
        try {
          return await run(input);
        } catch (error) {
          if (error instanceof ServiceError) response.setHeader('x-amzn-query-error', queryErrorHeader(error));
          throw error;
        }
      },
    ]),
  );
}
