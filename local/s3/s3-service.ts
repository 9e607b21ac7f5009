import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CloudContext, LocalService } from '../service.ts';
import { ServiceError } from '../wire.ts';
import type { Answer, Call } from './call.ts';
import { chooseRoute } from './choose-route.ts';
import { Outbox } from './outbox.ts';
import { Refusal } from './refusal.ts';
import { parseTarget, readHeaders } from './request.ts';
import { openStore, type Store } from './store.ts';
import { renderXml } from './xml.ts';

/**
 * S3, path style, on SQLite and files below `context.directory`/s3. No credentials are checked. What is not in
 * `routes.ts` answers 501 `NotImplemented`.
 */
export function createS3Service(context: CloudContext): LocalService {
  const store = openStore(context.directory, () => context.timers.now());
  const outbox = new Outbox(store, context);
  return {
    name: 's3',
    targets: [],
    handle: (request, response) => handle(store, outbox, request, response),
    start: () => {
      store.sweep();
      outbox.flush();
    },
    stop: async () => {
      outbox.stop();
      store.close();
    },
  };
}

async function handle(store: Store, outbox: Outbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = crypto.randomUUID();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', requestId);
  try {
    const address = parseTarget(request.url ?? '');
    const headers = readHeaders(request, address.query);
    const route = chooseRoute(request.method ?? '', address, headers);
    const { bucket = '', key = '', query } = address;
    const call: Call = { store, outbox, request, requestId, headers, query, bucket, key };
    await send(await route.run(call), response);
  } catch (error) {
    if (isHangUp(error)) return;
    if (!(error instanceof ServiceError) || response.headersSent) throw error;
    sendRefusal(error, requestId, response);
  }
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  const { status = 200, headers = {}, xml, stream } = answer;
  try {
    const body = xml ? Buffer.from(renderXml(xml.root, xml.fields)) : undefined;
    for (const [name, value] of Object.entries(headers)) {
      // Node writes header text as latin1; metadata is UTF-8.
      if (value !== undefined) response.setHeader(name, Buffer.from(value, 'utf8').toString('latin1'));
    }
    if (body) response.setHeader('content-type', 'application/xml');
    if (!response.hasHeader('content-length') && status !== 204 && status !== 304) {
      response.setHeader('content-length', body?.length ?? 0);
    }
    response.writeHead(status);
    if (stream) await pipeline(Readable.from(stream, { objectMode: true, highWaterMark: 2 }), response);
    else response.end(body);
  } finally {
    await stream?.return(undefined);
  }
}

/** A client that goes away in the middle of a body, its own or ours, is no fault and hears no answer. */
const isHangUp = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');

function sendRefusal(error: ServiceError, requestId: string, response: ServerResponse): void {
  const { elements = {}, headers = {} } = error instanceof Refusal ? error.parts : {};
  const fields = { Code: error.code, Message: error.message, ...elements, RequestId: requestId, HostId: requestId };
  const body = Buffer.from(renderXml('Error', fields, false));
  response.writeHead(error.status, { ...headers, 'content-type': 'application/xml', 'content-length': body.length });
  response.end(body);
}
