import { expect, test } from 'vitest';
import { readBase64, readHex, textToBase64, toBase64 } from '../../../../core/mapping/base64.ts';
import { codeSyntaxes, isLoinc, isSnomed } from '../../../../core/mapping/code-syntax.ts';
import { decimalOf, numberOf, stringifyFhir } from '../../../../core/mapping/fhir-json.ts';
import { plan } from '../../../../core/mapping/generated/plan.ts';
import { NamespaceBook } from '../../../../core/mapping/namespaces.ts';
import { sha256 } from './fixtures.ts';

test.each(['8302-2', '718-7', '72166-2', '33914-3', '11502-2', '34109-9', '8867-4', '2345-7'])(
  '%s is LOINC',
  (code) => {
    expect(isLoinc(code)).toBe(true);
  },
);

test.each(['8302-3', '718', 'QALY', '8302-2 ', '', 'A302-2'])('"%s" is no LOINC', (code) => {
  expect(isLoinc(code)).toBe(false);
});

test.each(['84229001', '410620009', '260385009', '195662009', '418471000', '22298006'])('%s is SNOMED CT', (code) => {
  expect(isSnomed(code)).toBe(true);
});

test.each(['84229002', '84229010', '1234', '084229001', 'R07.9', ''])('"%s" is no SNOMED CT', (code) => {
  expect(isSnomed(code)).toBe(false);
});

test('every syntax that a code system names is known', () => {
  const unknown = plan.systems.filter((system) => !Object.hasOwn(codeSyntaxes, system.syntax));
  expect(unknown).toEqual([]);
});

test.each([
  ['98.00', '98.00'],
  ['98.5', '98.5'],
  ['007', '7'],
  ['+0.10', '0.10'],
  ['-3', '-3'],
  ['-0', '-0'],
  ['-0.0', '-0.0'],
  ['-0.5', '-0.5'],
  ['0.000001', '0.000001'],
  ['0.0000001', '0.0000001'],
  ['123456789012345', '123456789012345'],
  ['0.1234567890123456', '0.1234567890123456'],
  ['9007199254740993', '9007199254740993'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['12345678901234567890.123', '12345678901234567890.123'],
])('the decimal %s is written as %s', (stated, written) => {
  const decimal = decimalOf(stated);
  expect(stringifyFhir({ value: decimal })).toBe(`{"value":${written}}`);
  expect(numberOf(decimal ?? Number.NaN)).toBe(Number(stated));
});

test('a short decimal is the number that its text stands for, or keeps the zero at its end', () => {
  for (let digits = 0; digits < 20_000; digits += 7) {
    for (let behind = 1; behind <= 6; behind += 1) {
      const text = (digits / 10 ** behind).toFixed(behind);
      expect(decimalOf(text)).toEqual(text.endsWith('0') ? { $decimal: text } : Number(text));
    }
  }
});

test.each(['', '1,5', '1e5', '<5', '--1', '1.2.3', 'NaN', '٣'])('"%s" is no decimal', (stated) => {
  expect(decimalOf(stated)).toBeUndefined();
});

test('a text that looks like a tagged decimal stays a text', () => {
  const sly = '{"$decimal":"1.0"}';
  expect(JSON.parse(stringifyFhir({ text: sly, [sly]: decimalOf('1.0') }))).toEqual({ text: sly, [sly]: 1 });
});

test('base64 and hex are read strictly and written as RFC 4648 says', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'Grüße', '\u{1F600}']) {
    expect(textToBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'));
  }
  const varied = Uint8Array.from({ length: 256 }, (_, at) => (at * 167) % 256);
  for (let length = 0; length < 256; length += 1) {
    const some = varied.subarray(0, length);
    expect(toBase64(some)).toBe(Buffer.from(some).toString('base64'));
  }
  expect(readBase64('JVBE\r\nRi0=')).toBe('JVBERi0=');
  expect(readBase64('JVBERi0')).toBeUndefined();
  expect(toBase64(readHex('4a 4B') ?? new Uint8Array())).toBe('Sks=');
  expect(readHex('4a4')).toBeUndefined();
  expect(readHex('xy')).toBeUndefined();
});

test('an unknown authority has one token and one URN on every run, and its token is found again from the URN', () => {
  const book = () => new NamespaceBook('t', [], sha256);
  for (const authority of [
    { name: 'X', universal: '', kind: '' },
    { name: 'X', universal: '1.2.3', kind: 'ISO' },
    { name: '', universal: 'A7B0F1C2-0000-4000-8000-000000000001', kind: 'GUID' },
  ]) {
    const first = book().of(authority);
    const second = book();
    expect(second.of(authority).token).toBe(first.token);
    expect(book().tokenOf(first.system)).toBe(first.token);
    expect(first.known).toBe(false);
  }
  expect(book().of({ name: '', universal: '1.2.3', kind: 'ISO' }).system).toBe('urn:oid:1.2.3');
});
