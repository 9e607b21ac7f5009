import type { IncomingMessage, ServerResponse } from 'node:http';

/** A refusal with the name and status that the service's model gives it. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** The whole request body; throws `RequestEntityTooLargeException` past the limit. */
export async function readBody(request: IncomingMessage, limitBytes = 8 * 1024 * 1024): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limitBytes) throw new ServiceError('RequestEntityTooLargeException', 'The request is too large', 413);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body ?? {}));
  response.writeHead(status, {
    'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0',
    'content-length': text.length,
    'x-amzn-requestid': crypto.randomUUID(),
  });
  response.end(text);
}

type Operations = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/**
 * Serves the AWS JSON protocol 1.0 and 1.1: operation from `X-Amz-Target`, errors as `{"__type", "message"}`.
 * An operation that is not in the table answers `UnknownOperationException`, never a silent success.
 */
export async function serveJson(
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const operation =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .pop() ?? '';
  try {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!run)
      throw new ServiceError('UnknownOperationException', `${operation} is not implemented by the embedded cloud`);
    const text = (await readBody(request)).toString('utf8');
    sendJson(request, response, 200, await run(parseJson(text)));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    response.setHeader('x-amzn-errortype', error.code);
    sendJson(request, response, error.status, {
      __type: error.code,
      message: error.message,
      Message: error.message,
      ...error.fields,
    });
  }
}

// The parser's own error quotes the text, which may hold patient data; it is not passed on.
function parseJson(text: string): Record<string, unknown> {
  const parsed = tryParse(text);
  if (parsed === undefined) throw new ServiceError('SerializationException', 'The request body is not JSON');
  return parsed;
}

function tryParse(text: string): Record<string, unknown> | undefined {
  try {
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return undefined;
  }
}
