import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import { feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');

const message = (declared: string): string =>
  [
    `MSH|^~\\&|ADT|NORTHGEN|TRIB|HUB|20260301083000-0600||ADT^A31^ADT_A05|C|P|2.5.1||||||${declared}`,
    'EVN||20260301083000-0600',
    'PID|1||0012345^^^NORTH^MR||Amès^Clara',
  ].join('\r');

const convert = (bytes: Uint8Array, charset?: string) =>
  createConverter(charset === undefined ? feed : { ...feed, charset }, { sha256 }).convertMessage(bytes);

const utf8 = (declared: string): Uint8Array => new TextEncoder().encode(message(declared));

test('UTF-8 under the name ASCII is refused, until the feed says what it is', () => {
  expect(convert(utf8('ASCII'))).toMatchObject({ state: 'dead', reason: 'message-charset' });
  const corrected = convert(utf8('ASCII'), 'utf-8');
  expect(corrected).toMatchObject({ state: 'mapped' });
  expect(corrected.issues).toContainEqual({ code: 'charset-assumed', path: 'MSH-18' });
  expect(JSON.stringify(corrected)).toContain('Amès');
});

test('a name that no charset has is corrected in the same way', () => {
  expect(convert(utf8('HOUSE-CODE'))).toMatchObject({ state: 'dead', reason: 'message-charset' });
  expect(convert(utf8('HOUSE-CODE'), 'utf-8')).toMatchObject({ state: 'mapped' });
});

test('a charset that the message names rightly is not overruled by the feed', () => {
  const latin = Buffer.from(message('8859/1'), 'latin1');
  expect(JSON.stringify(convert(latin, 'utf-8'))).toContain('Amès');
  expect(convert(utf8('UNICODE UTF-8'), 'iso-8859-1')).toMatchObject({ state: 'mapped' });
  expect(JSON.stringify(convert(utf8('UNICODE UTF-8'), 'iso-8859-1'))).toContain('Amès');
});
