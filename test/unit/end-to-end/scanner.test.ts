import { expect, test } from 'vitest';
import { word } from '../../end-to-end/scan/canary.ts';
import { findLeaks } from '../../end-to-end/scan/scanner.ts';

// Written out by hand, so that the forms are not checked against themselves.
const text = 'Zoë|Qx&Vu"Tyk\\on';
const canary = { place: 'here', text };
const found = (content: string | Buffer) => findLeaks([{ name: 'log', content }], [canary]).length > 0;

test.each<[string, string | Buffer]>([
  ['raw', `x${text}y`],
  ['lower case', 'xzoë|qx&vu"tyk\\ony'],
  ['upper case', 'ZOË|QX&VU"TYK\\ON'],
  ['reversed', 'no\\kyT"uV&xQ|ëoZ'],
  ['escaped as JSON', '{"a":"Zoë|Qx&Vu\\"Tyk\\\\on"}'],
  ['escaped as JSON in JSON', JSON.stringify(JSON.stringify({ a: text }))],
  ['escaped as ASCII JSON', 'Zo\\u00eb|Qx&Vu"Tyk\\on'],
  ['encoded for a URL', 'a=Zo%C3%AB%7CQx%26Vu%22Tyk%5Con'],
  ['escaped as HL7', 'OBX|Zoë\\F\\Qx\\T\\Vu"Tyk\\E\\on|'],
  ['in hex', 'id-5a6fc3ab7c51782656752254796b5c6f6e.json'],
  ['in upper-case hex', '005A6FC3AB7C51782656752254796B5C6F6E'],
  ['in UTF-16LE', Buffer.from(text, 'utf16le')],
  ['in UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
  ['in ISO 8859-1', Buffer.from(text, 'latin1')],
  ...['', 'a', 'ab'].map((before): [string, string] => [
    `in base64 after ${before.length} bytes`,
    Buffer.from(`${before}${text}rest`).toString('base64'),
  ]),
  ['in base64url', Buffer.from(`ab${text}`).toString('base64url')],
])('a canary is found %s', (_how, content) => {
  expect(found(content)).toBe(true);
});

test.each(['1947-03-17', '17/03/1947', '03/17/1947', '17.03.1947', '"19470317"', '17031947232941'])(
  'a date of birth is found written as %s',
  (content) => {
    expect(findLeaks([{ name: 'log', content }], [{ place: 'PID-7', text: '19470317232941' }])).not.toEqual([]);
  },
);

test('what is no canary is not found', () => {
  expect(found('Zoe|Qx&Vu')).toBe(false);
  expect(found('')).toBe(false);
});

test('the words of two places differ and have more than ten letters', () => {
  expect(word('PID-5.1')).not.toBe(word('PID-5.2'));
  expect(word('PID-5.1')).toMatch(/^Qx[a-z]{12}$/);
});
