import { parseJson } from './read-json.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The values of an NDJSON text or its bytes; blank lines are passed over. */
export function parseLines<T>(body: Uint8Array | string | undefined): T[] {
  if (body === undefined) return [];
  const text = typeof body === 'string' ? body : decoder.decode(body);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson<T>(line));
}

export function formatLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
