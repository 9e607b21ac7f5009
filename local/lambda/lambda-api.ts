import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, ServiceError, sendJson } from '../wire.ts';
import { type FunctionName, functionArn, type LambdaFunction, readFunctionName } from './task-function.ts';
import type { Outcome } from './worker-messages.ts';

/** Payload of a synchronous invocation and its result: 6 MB; of an asynchronous one: 1 MB (Lambda quotas). */
export const SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
const ASYNCHRONOUS_BYTES = 1024 * 1024;
const ROOT = '/2015-03-31/functions';

export interface LambdaBackend {
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly invoke: (target: FunctionName, event: string) => Promise<Outcome>;
  readonly invokeLater: (target: FunctionName, event: string) => void;
}

/** The part of the Lambda REST API that is served: Invoke, GetFunction, GetFunctionConfiguration, ListFunctions. */
export async function handleLambda(
  backend: LambdaBackend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(backend, request, response);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    response.setHeader('x-amzn-errortype', error.code);
    sendJson(request, response, error.status, {
      Type: 'User',
      message: error.message,
      Message: error.message,
      ...error.fields,
    });
  }
}

export const ownsLambda = (request: IncomingMessage): boolean =>
  /^\/2015-03-31\/functions(\/|\?|$)/.test(request.url ?? '');

async function route(backend: LambdaBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [name = '', action = '', ...rest] = url.pathname.slice(ROOT.length + 1).split('/');
  const operation = `${request.method} ${name === '' ? 'list' : action}`;
  if (operation === 'GET list') {
    sendJson(request, response, 200, {
      Functions: Object.keys(backend.functions).map((known) =>
        configuration(backend, { name: known, version: '$LATEST' }),
      ),
    });
    return;
  }
  const qualifier = url.searchParams.get('Qualifier') ?? undefined;
  const served = ['GET ', 'GET configuration', 'POST invocations'].includes(operation) && rest.length === 0;
  if (!served)
    throw new ServiceError('UnknownOperationException', 'The operation is not implemented by the embedded cloud', 404);
  const target = readFunctionName(decodeURIComponent(name), qualifier, (known) =>
    Object.hasOwn(backend.functions, known),
  );
  if (action === 'invocations') await invoke(backend, target, request, response);
  else {
    const Configuration = configuration(backend, target);
    sendJson(request, response, 200, action === '' ? { Configuration, Code: {}, Tags: {} } : Configuration);
  }
}

async function invoke(
  backend: LambdaBackend,
  target: FunctionName,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event')
    throw new ServiceError('InvalidParameterValueException', 'Only RequestResponse and Event are implemented');
  if ((request.headers['x-amz-log-type'] ?? 'None') !== 'None')
    throw new ServiceError('InvalidParameterValueException', 'Log tails are not implemented');
  const event = await readEvent(request, type === 'Event' ? ASYNCHRONOUS_BYTES : SYNCHRONOUS_BYTES);
  response.setHeader('x-amz-executed-version', target.version);
  if (type === 'Event') {
    backend.invokeLater(target, event);
    response.writeHead(202).end();
    return;
  }
  const outcome = await backend.invoke(target, event);
  // No answer, as from a process that died: the caller is stopping too, and goes on after the restart.
  if ('stopped' in outcome) return;
  if ('failure' in outcome) response.setHeader('x-amz-function-error', 'Unhandled');
  const text = 'failure' in outcome ? JSON.stringify(outcome.failure) : outcome.result;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

async function readEvent(request: IncomingMessage, limit: number): Promise<string> {
  const body = await readBody(request, SYNCHRONOUS_BYTES + 1024).catch(() => undefined);
  if (body === undefined || body.length > limit)
    throw new ServiceError('RequestTooLargeException', `The payload is larger than ${limit} bytes`, 413);
  const text = body.length === 0 ? '{}' : body.toString('utf8');
  if (!isJson(text)) throw new ServiceError('InvalidRequestContentException', 'The payload is not JSON');
  return text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function configuration(backend: LambdaBackend, { name, version }: FunctionName): unknown {
  const known = backend.functions[name];
  return {
    FunctionName: name,
    FunctionArn: version === '$LATEST' ? functionArn(name) : `${functionArn(name)}:${version}`,
    Runtime: 'nodejs24.x',
    Handler: 'handler.handler',
    Timeout: known?.timeoutSeconds,
    MemorySize: known?.memoryMb,
    Version: version,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
