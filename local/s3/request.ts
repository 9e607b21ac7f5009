import type { IncomingMessage } from 'node:http';
import { invalidArgument, Refusal } from './refusal.ts';

/** Header names are lower-case. */
export type Headers = ReadonlyMap<string, string>;

export interface Address {
  /** Absent for requests to the account, such as ListBuckets. */
  readonly bucket?: string;
  /** Verbatim: `..`, `//` and any other text are part of the name. */
  readonly key?: string;
  readonly query: ReadonlyMap<string, string>;
}

const invalidUri = (): Refusal => new Refusal('InvalidURI', "Couldn't parse the specified URI.");

/**
 * Reads a path-style request target. `new URL()` is not used: it collapses `..`, which are letters of a key here.
 * Throws `InvalidURI`, `KeyTooLongError`.
 */
export function parseTarget(target: string): Address {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  if (!path.startsWith('/')) throw invalidUri();
  const query = parseQuery(question < 0 ? '' : target.slice(question + 1));
  const slash = path.indexOf('/', 1);
  const bucket = decode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : decode(path.slice(slash + 1));
  if (Buffer.byteLength(key) > 1024) throw new Refusal('KeyTooLongError', 'Your key is too long');
  return { query, ...(bucket === '' ? {} : { bucket }), ...(key === '' ? {} : { key }) };
}

function parseQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name = '', ...rest] = pair.split('=');
    query.set(decode(name.replaceAll('+', ' ')), decode(rest.join('=').replaceAll('+', ' ')));
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw Object.assign(invalidUri(), { cause: error });
  }
}

/** Parts of a presigned URL that only sign it (SigV4, and SigV2, which boto3 still uses); nothing here checks one. */
export const SIGNING_PARAMETERS = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
  'AWSAccessKeyId',
  'Expires',
  'Signature',
]);

/**
 * All headers; those that a presigned URL moved into its query count too. Node reads header bytes as latin1, while
 * clients send user metadata as UTF-8, so values are read again as such.
 */
export function readHeaders(request: IncomingMessage, query: ReadonlyMap<string, string>): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    headers.set(name, Buffer.from(Array.isArray(value) ? value.join(',') : value, 'latin1').toString('utf8'));
  }
  for (const [name, value] of query) {
    if (isMovedHeader(name)) headers.set(name.toLowerCase(), requireHeaderText(name, value));
  }
  return headers;
}

/** Text of a query that is to become a header; a control character could not be sent back in one. */
export function requireHeaderText(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
  if (/[\u0000-\u001f\u007f]/.test(value)) throw invalidArgument(name, 'A header cannot hold control characters.');
  return value;
}

export const isMovedHeader = (name: string): boolean => /^x-amz-/i.test(name) && !SIGNING_PARAMETERS.has(name);
