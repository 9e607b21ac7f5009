import { expect, test } from 'vitest';
import { ndjsonLines } from '../../../../local/healthlake/ndjson-lines.ts';

async function linesOf(bytes: Uint8Array, cut: number): Promise<[number, string | undefined][]> {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
  };
  const lines: [number, string | undefined][] = [];
  for await (const { number, text } of ndjsonLines(chunks())) lines.push([number, text]);
  return lines;
}

test.each([1, 2, 3, 7, 1000])('lines are the same when the stream comes in pieces of %i bytes', async (cut) => {
  const text = '{"a":"é\u2028ü"}\r\n\n{"b":"\u{1F600}"}';
  expect(await linesOf(Buffer.from(text), cut)).toEqual([
    [1, '{"a":"é\u2028ü"}\r'],
    [2, ''],
    [3, '{"b":"\u{1F600}"}'],
  ]);
});

test('a line that is not UTF-8 has a number and no text', async () => {
  expect(await linesOf(Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a]), 100)).toEqual([
    [1, 'a'],
    [2, undefined],
    [3, 'b'],
  ]);
});
