import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecord } from '../../core/csv/record.ts';
import { createRecordScanner, type RecordRange } from '../../core/csv/scan.ts';
import { createCsvCounter } from '../../core/ledger/count-csv.ts';
import { cutAt, tokenBytes } from './token-bytes.ts';

const tokens = [
  'a',
  'bc',
  ',',
  ',',
  '"',
  '"',
  '""',
  '\n',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\u00ef\u00bb\u00bf',
  '\u00ef',
  '\u00c3\u00a9',
];

function recordsOf(chunks: readonly Uint8Array[]): RecordRange[] {
  const scanner = createRecordScanner({ recordBytes: 20 });
  return [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.finish()];
}

function counted(chunks: readonly Uint8Array[]): number {
  const counter = createCsvCounter();
  for (const chunk of chunks) counter.push(chunk);
  return counter.finish().messages;
}

describe('CSV records', () => {
  test('any chunking gives the same records and the same count', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(recordsOf(cutAt(bytes, places))).toEqual(recordsOf([bytes]));
        expect(counted(cutAt(bytes, places))).toBe(counted([bytes]));
      }),
      { numRuns: 3000 },
    );
  });

  test('the independent counter agrees with the scanner on anything', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), (bytes) => {
        expect(counted([bytes])).toBe(Math.max(recordsOf([bytes]).length - 1, 0));
      }),
      { numRuns: 20_000 },
    );
  });

  test('what was written as RFC 4180 is read back', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '漢', '"', ',', '\n', '\r', ' ', '\u{1f600}'),
      maxLength: 6,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, ended) => {
        const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = rows.map((row) => row.map(quoted).join(',')).join(end) + (ended ? end : '');
        const bytes = new TextEncoder().encode(text);
        const read = recordsOf([bytes]).map(({ start, end: stop }) => parseRecord(bytes.subarray(start, stop)));
        expect(read.map((record) => (record.ok ? record.value : record.issues))).toEqual(rows);
      }),
      { numRuns: 2000 },
    );
  });

  test('parseRecord answers for any bytes in any charset', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), fc.constantFrom('utf-8', 'windows-1252', 'ascii', 'none'), (bytes, charset) => {
        expect(typeof parseRecord(bytes, charset).ok).toBe('boolean');
      }),
    );
  });
});
