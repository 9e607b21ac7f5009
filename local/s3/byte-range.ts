import { notImplemented, Refusal } from './refusal.ts';

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * One range of RFC 9110 section 14.1.2 over `size` bytes; undefined when the header is absent or not a range, which
 * gives the whole object. Throws `InvalidRange` (416) when nothing of it exists, `NotImplemented` for several ranges.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header?.includes(',')) throw notImplemented('A Range of several parts');
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start < end) return { start, end };
  throw new Refusal('InvalidRange', 'The requested range is not satisfiable', 416, {
    elements: { ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}
