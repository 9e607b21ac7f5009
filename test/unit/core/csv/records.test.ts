import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse as parseByOracle } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { checkRecord, parseRecord, readHeader, recordLimits } from '../../../../core/csv/record.ts';
import { createRecordScanner, type RecordRange } from '../../../../core/csv/scan.ts';
import { createCsvCounter } from '../../../../core/ledger/count-csv.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Ranges of a text fed in chunks of a size; the independent counter must agree. */
function scan(bytes: Uint8Array, chunk = bytes.length || 1): RecordRange[] {
  const scanner = createRecordScanner(recordLimits);
  const counter = createCsvCounter();
  const found: RecordRange[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    found.push(...scanner.push(bytes.subarray(at, at + chunk)));
    counter.push(bytes.subarray(at, at + chunk));
  }
  found.push(...scanner.finish());
  expect(counter.finish().messages).toBe(Math.max(found.length - 1, 0));
  return found;
}

/** Every record's cells, or the code that refused it. */
function read(bytes: Uint8Array, chunk?: number): (string[] | string)[] {
  return scan(bytes, chunk).map(({ start, end, unreadable }) => {
    const record = parseRecord(bytes.subarray(start, end));
    if (unreadable) expect(record.ok).toBe(false);
    return record.ok ? record.value : (record.issues[0]?.code ?? '');
  });
}

/** Inputs that readers are known to get wrong, whole and in chunks that cut CRLF, quotes, the mark and characters. */
const hostile: Readonly<Record<string, string>> = {
  plain: 'a,b\n1,2\n3,4\n',
  'CRLF line ends': 'a,b\r\n1,2\r\n3,4\r\n',
  'no last line end': 'a,b\n1,2',
  'a BOM': '\ufeffa,b\n1,2\n',
  'a BOM before a quote': '\ufeff"a",b\n1,2\n',
  'quoted commas': 'a,b\n"1,1",2\n',
  'quoted line breaks': 'a,b\n"1\n1","2\r\n2"\n3,4\n',
  'doubled quotes': 'a,b\n"say ""hi""",""""\n"""",x\n',
  'empty cells': 'a,b\n,\n"",\n,""\n',
  'multi-byte characters': 'a,b\nAndré,漢字\n😀,ñ\n',
  'blank lines': 'a,b\n\n1,2\n\r\n\n3,4\n\n',
  'mixed line ends': 'a,b\r\n1,2\n3,4\r\n5,6',
  'short and long rows': 'a,b\n1\n1,2,3\n4,5\n',
  'spaces around cells': 'a,b\n 1 , 2 \n',
  'a quoted cell at the end of the drop': 'a,b\n1,"2"',
  'a quoted line break at the end of the drop': 'a,b\n1,"2\n"',
  'a single column': 'a\n1\n2\n',
  'a reserved word': 'a,b\n__proto__,constructor\n',
};

describe.each(Object.entries(hostile))('%s', (_name, text) => {
  const bytes = bytesOf(text);
  const oracle = parseByOracle(text, {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  });

  test.each([undefined, 1, 2, 3])('is read as csv-parse reads it, in chunks of %s', (chunk) => {
    expect(read(bytes, chunk)).toEqual(oracle);
  });
});

describe('a record that cannot be read', () => {
  test.each([
    ['a quote inside of a bare cell', '1,5" wound'],
    ['text behind a closing quote', '"1"x,2'],
    ['a blank before a quote', '1, "2"'],
    ['a bare carriage return', '1\r1,2'],
  ])('because of %s costs no neighbour', (_name, line) => {
    for (const chunk of [undefined, 1, 3]) {
      expect(read(bytesOf(`a,b\n${line}\n3,4\n`), chunk)).toEqual([['a', 'b'], 'record-unreadable', ['3', '4']]);
    }
  });

  test('because of an open quote reaches to the next quote that closes it', () => {
    expect(read(bytesOf('a,b\n1,"x\n2,"y"\n3,z\n'))).toEqual([['a', 'b'], 'record-unreadable', ['3', 'z']]);
  });

  test('because of an open quote without any other holds all the rest, and says so', () => {
    expect(scan(bytesOf('a,b\n1,"x\n2,y\n'))).toEqual([
      { ordinal: 1, start: 0, end: 3 },
      { ordinal: 2, start: 4, end: 13, unreadable: true },
    ]);
  });

  test('because of its charset, and can be in another', () => {
    const bytes = Uint8Array.of(0x41, 0xe9);
    expect(parseRecord(bytes).issues).toEqual([{ code: 'message-charset' }]);
    expect(parseRecord(bytes, '8859/1')).toMatchObject({ value: ['Aé'] });
    expect(parseRecord(bytes, 'KLINGON').ok).toBe(false);
  });
});

describe('limits of a record', () => {
  test('over the limit of bytes it is a range with a flag', () => {
    const long = 'x'.repeat(recordLimits.recordBytes + 1);
    expect(scan(bytesOf(`a\n${long}\nb`)).map(({ oversize }) => oversize)).toEqual([undefined, true, undefined]);
  });

  test('of a cell and of columns', () => {
    expect(parseRecord(bytesOf(`1,${'x'.repeat(recordLimits.cellLength)}`)).ok).toBe(true);
    expect(parseRecord(bytesOf(`1,${'x'.repeat(recordLimits.cellLength + 1)}`)).issues).toEqual([
      { code: 'message-too-large', detail: 'column 2 is longer than the limit' },
    ]);
    expect(parseRecord(bytesOf(','.repeat(recordLimits.columns - 1))).ok).toBe(true);
    expect(parseRecord(bytesOf(','.repeat(recordLimits.columns))).issues).toMatchObject([
      { code: 'message-too-large' },
    ]);
  });

  test('of its header are compared by number', () => {
    expect(checkRecord(['a', 'b'], ['1', '2'])).toEqual([]);
    expect(checkRecord(['a', 'b'], ['1'])).toEqual([
      { code: 'record-ragged', detail: '1 columns where the header has 2' },
    ]);
  });
});

describe('a header', () => {
  const header = (text: string) => readHeader(bytesOf(text));

  test('gives its names without outer blanks, in NFC', () => {
    expect(header('Id, "x","Cafe\u0301"')).toMatchObject({ ok: false });
    expect(header('Id,  b ,"Cafe\u0301"')).toMatchObject({ ok: true, value: ['Id', 'b', 'Caf\u00e9'] });
  });

  test.each([
    ['a repeated name', 'a,b,a', 'column 3 repeats a name'],
    ['a name repeated in another case', 'Straße,STRASSE', 'column 2 repeats a name'],
    ['a name repeated in another normal form', 'Caf\u00e9,Cafe\u0301', 'column 2 repeats a name'],
    ['a missing name', 'a,,b', 'column 2 has no name'],
    ['__proto__', 'a,__proto__', 'column 2 has a reserved name'],
    ['constructor in capitals', 'CONSTRUCTOR', 'column 1 has a reserved name'],
    ['a line break in a name', 'a,"b\nc"', 'column 2 has a name with control characters'],
    ['a name of 129 characters', `a,${'x'.repeat(129)}`, 'column 2 has a name of more than 128 characters'],
    ['a misplaced quote', 'a,b"c', 'a quote is open or misplaced'],
    ['501 columns', Array.from({ length: 501 }, (_, at) => `c${at}`).join(), 'more than 500 columns'],
  ])('with %s is refused', (_name, text, detail) => {
    expect(header(text)).toEqual({ ok: false, issues: [{ code: 'header-invalid', detail }] });
  });

  test('that is empty is refused, and so is one that is invalid in its charset', () => {
    expect(header('').ok).toBe(false);
    expect(readHeader(Uint8Array.of(0xe9)).issues).toEqual([{ code: 'message-charset' }]);
    expect(readHeader(Uint8Array.of(0xe9), '8859/1')).toMatchObject({ value: ['é'] });
  });
});

const synthea = '../shared/data/csv/synthea-3-patients/csv';

describe.skipIf(!existsSync(synthea))('the Synthea export', () => {
  const tables = existsSync(synthea) ? readdirSync(synthea) : [];
  test.each(tables)('%s is read as csv-parse reads it', (table) => {
    const bytes = readFileSync(`${synthea}/${table}`);
    expect(read(bytes, 4096)).toEqual(parseByOracle(bytes, { bom: true }));
  });
});
