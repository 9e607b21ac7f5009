import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudContext } from '../service.ts';
import { readBody, ServiceError } from '../wire.ts';
import { capabilityStatement } from './capability-statement.ts';
import type { Datastores } from './datastores.ts';
import { operationOutcome } from './operation-outcome.ts';
import type { ResourceStore } from './resource-store.ts';
import { pageToken, parseSearch, SearchRefusal } from './search-query.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATH = /^\/datastore\/([0-9a-zA-Z]{1,32})\/r4(?:\/(.*))?$/;

/** Whether a request is for the FHIR endpoint of a data store. */
export function isFhirRequest(request: IncomingMessage): boolean {
  return PATH.test(pathOf(request));
}

/** Read, search and `metadata` of a data store (FHIR R4 "RESTful API"); what else is asked is answered 501. */
export async function serveFhir(
  datastores: Datastores,
  context: CloudContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body, headers } = await answer(datastores, context, request);
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': text.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function answer(datastores: Datastores, context: CloudContext, request: IncomingMessage): Promise<Answer> {
  const [, datastore = '', path = ''] = PATH.exec(pathOf(request)) ?? [];
  const store = datastores.resources(datastore);
  if (!store) return refusal(404, 'not-found', 'The data store does not exist or is not active');
  const base = `${context.endpoint()}/datastore/${datastore}/r4`;
  if (/\$|(?:^|\/)_history(?:\/|$)/.test(path)) return notSupported('The operation in the path');
  const searches = request.method === 'POST' && /^[A-Za-z]+\/_search$/.test(path);
  if (request.method !== 'GET' && request.method !== 'HEAD' && !searches)
    return notSupported(`${request.method} on this path`);
  if (path === 'metadata')
    return { status: 200, body: capabilityStatement(base, new Date(context.timers.now()).toISOString()) };
  try {
    return await answerType(store, base, path, searches ? await searchForm(request) : queryOf(request), searches);
  } catch (error) {
    if (error instanceof SearchRefusal) return refusal(400, 'invalid', error.message);
    if (error instanceof ServiceError) return refusal(error.status, 'processing', error.message);
    throw error;
  }
}

function answerType(
  store: ResourceStore,
  base: string,
  path: string,
  query: URLSearchParams,
  searches: boolean,
): Answer {
  const [, type, id] = /^([A-Z][A-Za-z]{0,255})(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!type) return refusal(404, 'not-found', 'The path names no resource type');
  return id === undefined || searches ? search(store, base, type, query) : read(store, type, id);
}

function read(store: ResourceStore, type: string, id: string): Answer {
  const resource = store.read(type, id);
  if (!resource) return refusal(404, 'not-found', `Resource of type '${type}' with that id was not found`);
  const { versionId, lastUpdated } = resource['meta'] as { versionId: string; lastUpdated: string };
  return {
    status: 200,
    body: resource,
    headers: { etag: `W/"${versionId}"`, 'last-modified': new Date(lastUpdated).toUTCString() },
  };
}

function search(store: ResourceStore, base: string, type: string, query: URLSearchParams): Answer {
  const { conditions, count, accurateTotal, after } = parseSearch(type, query);
  const rows = store.search(conditions, after, count + 1);
  const page = rows.slice(0, count);
  const link = [{ relation: 'self', url: `${base}/${type}?${query}` }];
  const last = page.at(-1);
  if (rows.length > count && last) {
    const next = new URLSearchParams(query);
    next.set('page', pageToken(last.row));
    link.push({ relation: 'next', url: `${base}/${type}?${next}` });
  }
  const body = {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(accurateTotal ? { total: store.count(conditions) } : {}),
    link,
    entry: page.map(({ resource }) => ({
      fullUrl: `${base}/${type}/${resource['id']}`,
      resource,
      search: { mode: 'match' },
    })),
  };
  return { status: 200, body };
}

async function searchForm(request: IncomingMessage): Promise<URLSearchParams> {
  const query = queryOf(request);
  const form = new URLSearchParams((await readBody(request, 1024 * 1024)).toString('utf8'));
  for (const [name, value] of form) query.append(name, value);
  return query;
}

function refusal(status: number, code: string, diagnostics: string): Answer {
  return { status, body: operationOutcome([{ code, diagnostics }]) };
}

function notSupported(what: string): Answer {
  return refusal(501, 'not-supported', `${what} is not implemented by the embedded data store`);
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://local').pathname.replace(/\/+$/, '');
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(new URL(request.url ?? '/', 'http://local').searchParams);
}
