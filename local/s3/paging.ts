import { invalidArgument } from './refusal.ts';

/** A `max-...` parameter: whole, not negative, and never above what S3 gives in one page. */
export function pageSize(query: ReadonlyMap<string, string>, name: string, most: number): number {
  const text = query.get(name) ?? String(most);
  if (!/^\d{1,10}$/.test(text)) throw invalidArgument(name, `Provided ${name} not an integer or within integer range`);
  return Math.min(Number(text), most);
}

/** A continuation token is opaque to clients: here the base64url of where the next page starts. */
export const writeToken = (cursor: Uint8Array): string => Buffer.from(cursor).toString('base64url');

export function readToken(token: string | undefined): Buffer | undefined {
  if (token === undefined || token === '') return undefined;
  if (!/^[\w-]+$/.test(token))
    throw invalidArgument('continuation-token', 'The continuation token provided is incorrect');
  return Buffer.from(token, 'base64url');
}

/** The smallest name behind `name` and behind every name that begins with it; 0xFF never occurs in UTF-8. */
export const behindPrefix = (prefix: Uint8Array): Buffer => Buffer.concat([prefix, Buffer.of(0xff)]);
/** The smallest name behind `name` itself. */
export const behind = (name: Uint8Array): Buffer => Buffer.concat([name, Buffer.of(0)]);

/** Encodes names of a listing when `encoding-type=url` asks for it, as S3 does: space as `+`, `/` and `*` as they are. */
export function nameEncoder(query: ReadonlyMap<string, string>): (name: string) => string {
  const type = query.get('encoding-type');
  if (type === undefined || type === '') return (name) => name;
  if (type !== 'url') throw invalidArgument('encoding-type', 'Invalid Encoding Method specified in Request');
  return (name) =>
    encodeURIComponent(name)
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+');
}

/** The common prefix that a name falls under: up to the first delimiter behind the prefix; undefined when none. */
export function commonPrefix(name: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}
