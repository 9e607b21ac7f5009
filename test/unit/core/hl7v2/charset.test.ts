import { describe, expect, test } from 'vitest';
import { charsetNamed, createPlainForm, decodeWhole, sniffOpening } from '../../../../core/hl7v2/charset.ts';
import { type ParseOptions, parseMessage } from '../../../../core/hl7v2/parse.ts';
import { valueAt } from '../../../../core/hl7v2/path.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const message = (charset: string, name: string): string =>
  `MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5||||||${charset}\rPID|1||7||${name}\r`;

function nameOf(bytes: Uint8Array, options: ParseOptions = {}): { name: string; codes: string[] } {
  const parsed = parseMessage(bytes, options);
  const name = parsed.ok ? (valueAt(parsed.value, 'PID-5') ?? '') : 'refused';
  return { name, codes: parsed.issues.map((issue) => issue.code) };
}

const e8859 = latin(message('8859/1', 'Andr\u00e9'));

describe('MSH-18', () => {
  test.each([
    '8859/1',
    '8859-1',
    'ISO-8859-1',
    'ISO_8859-1',
    'ISO8859-1',
    'ISO IR100',
    'WINDOWS-1252',
    'Windows 1252',
    'latin1',
  ])('%j reads byte E9 as é', (charset) =>
    expect(nameOf(latin(message(charset, 'Andr\u00e9')))).toEqual({ name: 'André', codes: [] }),
  );

  test.each([
    'UNICODE UTF-8',
    'UTF-8',
    'utf8',
    'UNICODE',
    'UNICODE UTF-16',
    'UTF-32',
    'UCS-2',
    'UTF-16LE',
    'ISO_IR 192',
  ])('%j reads UTF-8', (charset) => {
    expect(nameOf(new TextEncoder().encode(message(charset, 'André')))).toEqual({ name: 'André', codes: [] });
  });

  test('8859/15 reads byte A4 as the euro sign, 8859/9 byte F0 as ğ', () => {
    expect(nameOf(latin(message('8859/15', '\u00a4'))).name).toBe('€');
    expect(nameOf(latin(message('8859/9', '\u00f0'))).name).toBe('ğ');
  });

  test('8859/1 with a byte of Windows-1252 reads it so', () => {
    expect(nameOf(latin(message('8859/1', 'O\u0092Neil'))).name).toBe('O’Neil');
  });

  test('GB 18030-2000 and BIG-5 read their double bytes, also those that hold a backslash or a bar', () => {
    expect(nameOf(latin(message('GB 18030-2000', '\u00d6\u00d0'))).name).toBe('中');
    expect(nameOf(latin(message('BIG-5', '\u00b3\u005c^X'))).name).toBe('許');
    expect(nameOf(latin(message('ISO IR14', '\u0083\u007c'))).name).toBe('ポ');
  });

  test('a later repetition of ISO IR87 reads the ISO 2022 switches in the text', () => {
    expect(nameOf(latin(message('~ISO IR87', '\u001b$B4A;z\u001b(B^X'))).name).toBe('漢字');
  });

  test('its first repetition rules', () => {
    expect(nameOf(latin(message('8859/1~UNICODE UTF-8', '\u00e9'))).name).toBe('é');
  });

  test('bytes that are invalid in it kill the message, whatever the feed says', () => {
    const bytes = latin(message('UNICODE UTF-8', 'Andr\u00e9'));
    expect(nameOf(bytes)).toEqual({ name: 'refused', codes: ['message-charset'] });
    expect(nameOf(bytes, { charset: '8859/1' }).codes).toEqual(['message-charset']);
  });

  test('ASCII over other bytes kills the message unless the feed names a charset', () => {
    const bytes = latin(message('ASCII', 'Andr\u00e9'));
    expect(nameOf(bytes)).toEqual({ name: 'refused', codes: ['message-charset'] });
    expect(nameOf(bytes, { charset: 'ASCII' }).codes).toEqual(['message-charset']);
    expect(nameOf(bytes, { charset: '8859/1' })).toEqual({ name: 'André', codes: ['charset-assumed'] });
  });

  test('an unknown name over ASCII bytes harms nothing, over others it needs the feed', () => {
    expect(nameOf(latin(message('KLINGON', 'Andre')))).toEqual({ name: 'Andre', codes: [] });
    expect(nameOf(latin(message('KLINGON', 'Andr\u00e9'))).codes).toEqual(['message-charset']);
    expect(nameOf(latin(message('KLINGON', 'Andr\u00e9')), { charset: 'cp1252' }).codes).toEqual(['charset-assumed']);
  });
});

describe('a message without MSH-18', () => {
  test('is UTF-8', () => {
    expect(nameOf(new TextEncoder().encode(message('', 'André')))).toEqual({ name: 'André', codes: [] });
    expect(nameOf(latin(message('', 'Andr\u00e9'))).codes).toEqual(['message-charset']);
  });

  test('is in the charset of its feed, which is noted only when it matters', () => {
    expect(nameOf(latin(message('', 'Andr\u00e9')), { charset: '8859/1' })).toEqual({
      name: 'André',
      codes: ['charset-assumed'],
    });
    expect(nameOf(latin(message('', 'Andre')), { charset: '8859/1' })).toEqual({ name: 'Andre', codes: [] });
  });

  test('with a BOM is UTF-8 whatever MSH-18 and the feed say', () => {
    const bytes = new TextEncoder().encode(`\ufeff${message('8859/1', 'André')}`);
    expect(nameOf(bytes, { charset: '8859/1' })).toEqual({ name: 'André', codes: [] });
  });

  test('never has a replacement character of ours', () => {
    for (let byte = 0x80; byte < 0x100; byte++) {
      expect(nameOf(latin(message('', String.fromCharCode(byte)))).name).toBe('refused');
    }
  });
});

describe('UTF-16', () => {
  const utf16 = (text: string, little: boolean): Uint8Array =>
    Uint8Array.from(
      [...text].flatMap((character) => {
        const unit = character.charCodeAt(0);
        return little ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff];
      }),
    );

  test.each([
    ['utf-16le', 2, utf16(`\ufeff${message('', 'é')}`, true)],
    ['utf-16be', 2, utf16(`\ufeff${message('', 'é')}`, false)],
    ['utf-16le', 0, utf16(message('', 'é'), true)],
    ['utf-16be', 0, utf16(message('', 'é'), false)],
  ])('%s with a mark of %i bytes is found, and its message read', (label, markBytes, bytes) => {
    expect(sniffOpening(bytes)).toEqual({ label, markBytes });
    expect(nameOf(bytes).name).toBe('é');
    expect(decodeWhole(bytes)).toMatchObject({ ok: true, value: message('', 'é') });
  });

  test('becomes the same plain form whatever the chunks, and its messages are UTF-8 whatever MSH-18 says', () => {
    const bytes = utf16(`\ufeff${message('8859/1', 'é漢')}`, true);
    const converter = createPlainForm('utf-16le');
    const parts = [...bytes].map((byte) => converter.push(Uint8Array.of(byte)));
    const plain = Uint8Array.from([...parts, converter.finish()].flatMap((part) => [...(part ?? [])]));
    expect(new TextDecoder().decode(plain)).toBe(message('8859/1', 'é漢'));
    expect(nameOf(plain, { plain: true }).name).toBe('é漢');
  });

  test('that ends in the middle of a character is refused', () => {
    const converter = createPlainForm('utf-16le');
    converter.push(Uint8Array.of(0x41));
    expect(converter.finish()).toBeUndefined();
    expect(decodeWhole(Uint8Array.of(0xff, 0xfe, 0x41))).toMatchObject({
      ok: false,
      issues: [{ code: 'drop-charset' }],
    });
    expect(nameOf(Uint8Array.of(0xff, 0xfe, 0x41)).codes).toEqual(['message-charset']);
  });
});

test('names that are no charset give none', () => {
  expect([charsetNamed('KLINGON'), charsetNamed('x-user-defined'), charsetNamed('8859/12')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(['ks_c_5601-1987', 'Shift_JIS', 'KS X 1001'].map((name) => charsetNamed(name)?.label)).toEqual([
    'euc-kr',
    'shift_jis',
    'euc-kr',
  ]);
  expect(decodeWhole(latin('x'), 'KLINGON')).toMatchObject({ ok: false });
  expect(decodeWhole(e8859, '8859/1').ok).toBe(true);
});
