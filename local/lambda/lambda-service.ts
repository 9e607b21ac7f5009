import type { CloudContext, LocalService } from '../service.ts';
import { REGION } from '../service.ts';
import { handleLambda, ownsLambda, SYNCHRONOUS_BYTES } from './lambda-api.ts';
import { LaterInvocations } from './later-invocations.ts';
import { pollQueue, type SourceQueues } from './queue-source.ts';
import { type FunctionName, functionArn, type LambdaFunction, readFunctionName } from './task-function.ts';
import type { Outcome } from './worker-messages.ts';
import { createWorkerPool } from './worker-pool.ts';

export type { LambdaFunction } from './task-function.ts';

export interface LambdaOptions {
  /** Read at each use, so that functions may be added once the port is open. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** The in-process SQS, for event sources. */
  readonly queues?: SourceQueues;
  /** Worker threads, two by default. */
  readonly workers?: number;
  /** Name of a function to the `file:` URL of another handler module, for tests that plant a faulty task. */
  readonly overrides?: Readonly<Record<string, string>>;
}

export interface LambdaService extends LocalService {
  /** Invokes the function with the queue's messages, in batches, from `start` until `stop`. */
  mapQueue(queueName: string, functionName: string, batchSize: number): void;
  /** An invocation from inside the process, as a rule's target makes it: kept, then tried up to three times. */
  invokeLater(functionNameOrArn: string, event: unknown): void;
  /** A synchronous invocation from inside the process; a function's failure is a value. */
  invoke(functionNameOrArn: string, event: unknown): Promise<Outcome>;
}

/** AWS Lambda over its REST API, for handlers of our own that run in worker threads. */
export function createLambdaService(context: CloudContext, options: LambdaOptions): LambdaService {
  const { functions } = options;
  const pool = createWorkerPool({
    size: options.workers ?? 2,
    environment: () => workerEnvironment(context),
    memoryMb: () => Math.max(512, ...Object.values(functions).map(({ memoryMb }) => memoryMb)),
    timers: context.timers,
  });
  const stopping = new AbortController();
  const polls: Promise<void>[] = [];
  const sources: (() => void)[] = [];
  const target = (text: string): FunctionName =>
    readFunctionName(text, undefined, (name) => Object.hasOwn(functions, name));

  async function invoke({ name, version }: FunctionName, event: string): Promise<Outcome> {
    const known = functions[name] as LambdaFunction;
    const { environment, timeoutSeconds } = known;
    const module = options.overrides?.[name] ?? known.module;
    const arn = version === '$LATEST' ? functionArn(name) : `${functionArn(name)}:${version}`;
    const id = crypto.randomUUID();
    const own = { ...workerEnvironment(context), AWS_LAMBDA_FUNCTION_NAME: name, ...environment };
    return withinLimit(
      await pool.run({ id, name, module, environment: own, functionArn: arn, event, timeMs: timeoutSeconds * 1000 }),
    );
  }

  const later = new LaterInvocations(context, (name, event) => invoke(target(name), event));
  const invokeLater = ({ name, version }: FunctionName, event: string): void => later.add(`${name}:${version}`, event);
  const backend = { functions, invoke, invokeLater };
  let started = false;

  return {
    name: 'lambda',
    targets: [],
    owns: ownsLambda,
    handle: (request, response) => handleLambda(backend, request, response),
    invoke: (text, event) => invoke(target(text), JSON.stringify(event)),
    invokeLater: (text, event) => invokeLater(target(text), JSON.stringify(event)),
    mapQueue(queueName, functionName, batchSize) {
      const { queues } = options;
      if (!queues) throw new Error('An event source needs the in-process queues');
      const source = {
        queueName,
        batchSize,
        queues,
        timers: context.timers,
        invoke: (event: string) => invoke(target(functionName), event),
      };
      sources.push(() => void polls.push(pollQueue(source, stopping.signal)));
      if (started) sources.at(-1)?.();
    },
    start() {
      started = true;
      later.resume();
      for (const poll of sources) poll();
    },
    async stop() {
      stopping.abort();
      later.stop();
      await pool.stop();
      await Promise.all(polls);
    },
  };
}

/** Where a task's clients find the embedded cloud; no profile or metadata of the host is read. */
function workerEnvironment(context: CloudContext): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: context.endpoint(),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    TZ: 'UTC',
  };
}

function withinLimit(outcome: Outcome): Outcome {
  if (!('result' in outcome) || Buffer.byteLength(outcome.result) <= SYNCHRONOUS_BYTES) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${SYNCHRONOUS_BYTES} bytes).`;
  return { failure: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}
