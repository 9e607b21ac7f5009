import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ServiceError } from '../wire.ts';

/** The book of data stores, jobs and client tokens; only the main thread writes it. */
export const controlSchema = `
  CREATE TABLE IF NOT EXISTS datastores (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, status TEXT NOT NULL, created REAL NOT NULL,
    sse TEXT, tags TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, datastore TEXT NOT NULL, name TEXT, status TEXT NOT NULL,
    submitted REAL NOT NULL, ended REAL, message TEXT, request TEXT NOT NULL, progress TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, seq);
  CREATE TABLE IF NOT EXISTS tokens (
    scope TEXT NOT NULL, token TEXT NOT NULL, body TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (scope, token)) STRICT;
`;

/**
 * The id that belongs to a client token: the one given out before for the same request, or a new one. AWS documents the
 * token and not what another body under it gets; we refuse it with `ValidationException`.
 */
export function idForToken(
  database: DatabaseSync,
  scope: string,
  request: Readonly<Record<string, unknown>>,
): { readonly id: string; readonly known: boolean; readonly remember: () => void } {
  const { ClientToken: token, ...body } = request;
  if (typeof token !== 'string') return { id: randomUUID().replaceAll('-', ''), known: false, remember: () => {} };
  const digest = sha256(canonical(body));
  const row = database.prepare('SELECT body, target FROM tokens WHERE scope = ? AND token = ?').get(scope, token);
  if (row && row['body'] !== digest) {
    throw new ServiceError('ValidationException', 'The client token was used before with other parameters');
  }
  if (row) return { id: String(row['target']), known: true, remember: () => {} };
  const id = sha256(`${scope}\n${token}`).slice(0, 32);
  const remember = () => {
    database
      .prepare('INSERT INTO tokens (scope, token, body, target) VALUES (?, ?, ?, ?)')
      .run(scope, token, digest, id);
  };
  return { id, known: false, remember };
}

/** Lists page by position: an opaque token names the last row shown. */
export function pageOf<T extends { readonly seq: number }>(
  rows: readonly T[],
  limit: number,
): { page: readonly T[]; next?: string } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return rows.length > limit && last
    ? { page, next: Buffer.from(`after:${last.seq}`).toString('base64url') }
    : { page };
}

/** The row to go on after; throws `ValidationException` for a token that we did not give out. */
export function positionOf(token: unknown): number {
  if (token === undefined || token === null || token === '') return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(String(token), 'base64url').toString('latin1'));
  if (!match) throw new ServiceError('ValidationException', 'The pagination token is not valid');
  return Number(match[1]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
