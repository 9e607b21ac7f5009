import { ACCOUNT } from '../service.ts';
import { notImplemented, Refusal } from './refusal.ts';
import { type Address, type Headers, isMovedHeader, SIGNING_PARAMETERS } from './request.ts';
import { ROUTES, type Route } from './routes.ts';

/** Header families that change what a request means; all others are transport. */
const MEANINGFUL = /^(x-amz-|if-|range$|content-md5$)/;
const ALWAYS_HEADERS = [
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-expected-bucket-owner',
];

/**
 * The operation that a request asks for. Throws `NotImplemented` (501) naming the sub-resource, parameter or header
 * that no operation here understands: passing over it would do something else than was asked for.
 */
export function chooseRoute(method: string, address: Address, headers: Headers): Route {
  const level = address.key !== undefined ? 'object' : address.bucket !== undefined ? 'bucket' : 'account';
  const candidates = ROUTES.filter((route) => route.method === method && route.level === level);
  const route =
    candidates.find(({ marker }) => marker !== undefined && (address.query.has(marker) || headers.has(marker))) ??
    candidates.find(({ marker }) => marker === undefined);
  const known = [...(route?.parameters ?? []), ...(route?.marker ? [route.marker] : [])];
  requireKnownParameters(address.query, known);
  if (!route) throw notImplemented(`${method} without a sub-resource`);
  requireKnownHeaders(headers, [...(route.headers ?? []), ...(route.marker ? [route.marker] : [])], route.name);
  requireOwner(headers);
  return route;
}

function requireKnownParameters(query: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of query.keys()) {
    const plain = name === 'x-id' || SIGNING_PARAMETERS.has(name) || isMovedHeader(name);
    if (!plain && !known.includes(name)) throw notImplemented(`The parameter ${printable(name)}`);
  }
}

function requireKnownHeaders(headers: Headers, known: readonly string[], operation: string): void {
  for (const name of headers.keys()) {
    const passes =
      !MEANINGFUL.test(name) ||
      ALWAYS_HEADERS.includes(name) ||
      known.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
    if (!passes) throw notImplemented(`The header ${printable(name)} of ${operation}`);
  }
}

/** Names, not values, are told back; a long or odd one is no name. */
const printable = (name: string): string => (/^[\w.-]{1,80}$/.test(name) ? name : '(unreadable)');

function requireOwner(headers: Headers): void {
  const owner = headers.get('x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== ACCOUNT) throw new Refusal('AccessDenied', 'Access Denied', 403);
}
