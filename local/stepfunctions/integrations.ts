import { REGION } from '../service.ts';
import { fromApi, inputSchema, toApi } from './sdk-arguments.ts';
import { findAction, type SdkAction, type SdkClient } from './sdk-services.ts';
import { StatesError } from './states-error.ts';

type Result = Readonly<Record<string, unknown>>;

interface Shaping {
  /** Shapes the argument of an optimized integration. */
  readonly prepare?: (argument: unknown) => unknown;
  /** Shapes the result of an optimized integration, and finds the failure in it. */
  readonly finish?: (result: Result) => Result;
}

type Resource = SdkAction & Shaping;

export interface Integrations {
  /** What is wrong with a task's resource and the names of its arguments; empty when it can be called. */
  readonly check: (resource: string, argument: unknown) => string[];
  /** Calls it once. Throws `StatesError` named `<Prefix>.<ErrorName>`. */
  readonly call: (resource: string, argument: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly close: () => void;
}

const ARN = 'arn:aws:states:::';

/** Optimized integrations, request-response only: which API action they call, under which prefix of errors. */
const OPTIMIZED: Readonly<Record<string, Shaping & { action: [string, string]; prefix?: string }>> = {
  'lambda:invoke': { action: ['lambda', 'invoke'], prepare: prepareInvoke, finish: finishInvoke },
  'sqs:sendMessage': { action: ['sqs', 'sendMessage'], prefix: 'SQS' },
  'events:putEvents': { action: ['eventbridge', 'putEvents'], finish: finishPutEvents },
  'states:startExecution': { action: ['sfn', 'startExecution'], prefix: 'StepFunctions' },
};

/** Service integrations over the real SDK clients, against the embedded cloud's own port. */
export function createIntegrations(endpoint: () => string): Integrations {
  const clients = new Map<string, SdkClient>();
  function clientOf(resource: Resource): SdkClient {
    const known = clients.get(resource.service) ?? new resource.client(clientConfiguration(endpoint()));
    clients.set(resource.service, known);
    return known;
  }
  return {
    check(arn, argument) {
      const resource = findResource(arn);
      if (!resource) return [`the resource is not implemented by the embedded cloud: ${arn}`];
      const unknown: string[] = [];
      if (typeof argument === 'object') toApi(schemaOf(resource), argument, '', unknown);
      return unknown.map((name) => `the field '${name}' is not supported by Step Functions`);
    },
    async call(arn, argument, signal) {
      const resource = findResource(arn);
      if (!resource) throw new StatesError('States.Runtime', 'The resource is not implemented by the embedded cloud');
      const unknown: string[] = [];
      const input = toApi(schemaOf(resource), resource.prepare ? resource.prepare(argument) : argument, '', unknown);
      if (unknown.length > 0)
        throw new StatesError('States.Runtime', `The field '${unknown[0]}' is not supported by Step Functions`);
      const result = await send(resource, clientOf(resource), input, signal);
      return resource.finish ? resource.finish(result) : result;
    },
    close: () => {
      for (const client of clients.values()) client.destroy();
    },
  };
}

function findResource(arn: string): Resource | undefined {
  const name = arn.startsWith(ARN) ? arn.slice(ARN.length) : '';
  const optimized = Object.hasOwn(OPTIMIZED, name) ? OPTIMIZED[name] : undefined;
  if (optimized) {
    const { action, ...shaping } = optimized;
    const found = findAction(...action);
    return found && { ...found, ...shaping };
  }
  const [kind, service = '', action = '', ...rest] = name.split(':');
  return kind === 'aws-sdk' && rest.length === 0 && service !== 'lambda' ? findAction(service, action) : undefined;
}

function schemaOf(resource: Resource): unknown {
  return inputSchema(new resource.command({} as never));
}

async function send(resource: Resource, client: SdkClient, input: unknown, abortSignal: AbortSignal): Promise<Result> {
  try {
    return (await fromApi(await client.send(new resource.command(input as never), { abortSignal }))) as Result;
  } catch (error) {
    throw serviceFailure(resource.prefix, error);
  }
}

interface SdkFailure {
  readonly name?: string;
  readonly message?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** `<Prefix>.<ErrorName>`, which always ends in `Exception`; a call that got no answer is `SdkClientException`. */
function serviceFailure(prefix: string, error: unknown): StatesError {
  const { name = 'Unknown', message = '', $fault, $metadata } = error as SdkFailure;
  if ($fault === undefined) return new StatesError(`${prefix}.SdkClientException`, message, { cause: error });
  const ending = name.endsWith('Exception') ? '' : 'Exception';
  const text = `${message} (Service: ${prefix}, Status Code: ${$metadata?.httpStatusCode}, Request ID: ${$metadata?.requestId})`;
  return new StatesError(`${prefix}.${name}${ending}`, text, { cause: error });
}

/** The payload is any JSON; a text in it is a JSON text, too. */
function prepareInvoke(argument: unknown): unknown {
  const { Payload, ...rest } = argument as { Payload?: unknown };
  return Payload === undefined ? rest : { ...rest, Payload: JSON.stringify(Payload) };
}

/** A function's error becomes the task's: its `errorType`, with the payload as the cause. */
function finishInvoke(result: Result): Result {
  const text = String(result['Payload'] ?? 'null');
  const payload: unknown = text === '' ? null : JSON.parse(text);
  if (result['FunctionError'] !== undefined) {
    const { errorType } = payload as { errorType?: string };
    throw new StatesError(errorType ?? 'Lambda.Unknown', text);
  }
  return { ExecutedVersion: result['ExecutedVersion'], Payload: payload, StatusCode: result['StatusCode'] };
}

/** An entry that the bus did not take fails the task (developer guide, "connect-eventbridge"). */
function finishPutEvents(result: Result): Result {
  if (Number(result['FailedEntryCount'] ?? 0) > 0)
    throw new StatesError('EventBridge.FailedEntry', JSON.stringify(result));
  return result;
}

/** One attempt: what a service refuses is the state machine's to retry. */
function clientConfiguration(endpoint: string): Record<string, unknown> {
  return {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    forcePathStyle: true,
    // Requests may wait for a socket as long as their tasks do; the SDK's warning would go to the console.
    requestHandler: {
      requestTimeout: 0,
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
      httpAgent: { maxSockets: 512, keepAlive: true },
    },
  };
}
