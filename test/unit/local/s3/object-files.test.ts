import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ObjectFiles, type Segment } from '../../../../local/s3/object-files.ts';

let folder: string;
let files: ObjectFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-files-'));
  files = new ObjectFiles(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function segment(text: string): Promise<Segment> {
  return { file: await files.write(chunks(text)), size: text.length };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

it.each([
  [0, 9, 'abcdefghi'],
  [2, 4, 'cd'],
  [3, 6, 'def'],
  [5, 9, 'fghi'],
  [8, 9, 'i'],
  [4, 4, ''],
])('bytes %i to %i of three segments', async (start, end, expected) => {
  const segments = [await segment('abc'), await segment(''), await segment('def'), await segment('ghi')];
  expect(await text(files.read(segments, start, end))).toBe(expected);
});

it('a write that fails leaves no file', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('some');
    throw new Error('gone');
  }
  await expect(files.write(failing())).rejects.toThrow('gone');
  expect(readdirSync(folder)).toEqual([]);
});

it('files removed in the middle of a read go when the last reader is done', async () => {
  const segments = [await segment('first'), await segment('second')];
  const early = files.read(segments, 0, 11);
  const late = files.read(segments, 0, 11);
  expect((await early.next()).value?.toString()).toBe('first');
  await files.remove(segments.map(({ file }) => file));
  expect(await text(early)).toBe('second');
  expect(readdirSync(folder)).toHaveLength(2);
  expect(await text(late)).toBe('firstsecond');
  expect(readdirSync(folder)).toEqual([]);
});

it('a read that is given up before its first byte lets go of its files', async () => {
  const segments = [await segment('first')];
  const stream = files.read(segments, 0, 5);
  await files.remove(segments.map(({ file }) => file));
  expect(readdirSync(folder)).toHaveLength(1);
  await stream.return(undefined);
  expect(readdirSync(folder)).toEqual([]);
});
