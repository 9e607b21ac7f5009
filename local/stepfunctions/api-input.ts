import { ServiceError } from '../wire.ts';

export type Input = Record<string, unknown>;

/** A parameter that the operation has and we do not serve is refused, so that nothing is accepted in silence. */
export function onlyKnown(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name) && input[name] !== undefined);
  if (unknown !== undefined)
    throw new ServiceError('ValidationException', `The parameter ${unknown} is not implemented by the embedded cloud`);
}

export function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ServiceError('ValidationException', `The parameter ${name} must be a text`);
}

export function optionalText(input: Input, name: string): string | undefined {
  return input[name] === undefined || input[name] === null ? undefined : text(input, name);
}

export function arn(input: Input, name: string, kind: string): string {
  const value = text(input, name);
  if (value.startsWith('arn:aws:states:') && value.includes(`:${kind}:`)) return value;
  throw new ServiceError('InvalidArn', `The parameter ${name} must be the ARN of a ${kind}`);
}

/** Names of machines and executions: 1 to 80 characters, none of AWS's list (API reference, StartExecution). */
export function validName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: AWS forbids control characters in names.
  if (/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name)) return name;
  throw new ServiceError('InvalidName', 'The name must have 1 to 80 characters, without spaces, brackets or wildcards');
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextToken?: string;
}

/**
 * One page of rows that carry `place`, an integer that only grows along the listing. `read` gives the rows behind a
 * place, one more than the page holds.
 */
export function page<Row extends { readonly place: number }>(
  input: Input,
  read: (after: number | undefined, count: number) => Row[],
): Page<Row> {
  const size = Number(input['maxResults'] ?? 0) || 100;
  if (!Number.isInteger(size) || size < 1 || size > 1000)
    throw new ServiceError('ValidationException', 'The parameter maxResults must be from 0 to 1000');
  const rows = read(tokenPlace(optionalText(input, 'nextToken')), size + 1);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return rows.length > size && last
    ? { rows: shown, nextToken: Buffer.from(`place ${last.place}`).toString('base64url') }
    : { rows: shown };
}

function tokenPlace(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const place = /^place (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (place === undefined) throw new ServiceError('InvalidToken', 'The token is not valid');
  return Number(place);
}

/** Times on the wire are seconds since the epoch. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;
