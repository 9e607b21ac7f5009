import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createFramer, type Frame } from '../../../../core/hl7v2/framing.ts';
import { parseMessage } from '../../../../core/hl7v2/parse.ts';
import { createHl7Counter } from '../../../../core/ledger/count-hl7v2.ts';

const header = 'MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.5';
const one = `${header}\rPID|1\r`;
const two = `${header}\rPV1|1\r`;

interface Found {
  readonly text: string;
  readonly flags: string;
}

function framed(text: string, messageBytes = 1000): { found: Found[]; issues: readonly unknown[]; frames: Frame[] } {
  const bytes = new TextEncoder().encode(text);
  const framer = createFramer({ messageBytes });
  const frames = [...framer.push(bytes), ...framer.finish()];
  const counter = createHl7Counter();
  counter.push(bytes);
  expect(counter.finish().messages).toBe(frames.length);
  const found = frames.map((frame) => ({
    text: new TextDecoder().decode(bytes.subarray(frame.start, frame.end)),
    flags: (['oversize', 'truncated', 'unreadable'] as const).filter((flag) => frame[flag]).join(),
  }));
  return { found, issues: framer.issues(), frames };
}

const plain = (text: string): Found => ({ text: text.trim(), flags: '' });

describe('a bare file', () => {
  test('holds one message per MSH, without its last line end', () => {
    expect(framed(one + two).found).toEqual([plain(one), plain(two)]);
  });

  test.each(['\n', '\r\n', '\r'])('is cut the same with line ends %j', (end) => {
    const text = (one + two).replaceAll('\r', end);
    expect(framed(text).found.map(({ text: found }) => found.replaceAll(end, '\r'))).toEqual([one.trim(), two.trim()]);
  });

  test('gives a message the same bytes with or without a last line end, blank lines, a BOM or a frame', () => {
    const variants = [one, one.trim(), `\r\n\r\n${one}\r\n\x1a`, `\ufeff${one}`, `\x0b${one}\x1c\r`, `  ${one}`];
    for (const variant of variants) expect(framed(variant).found).toEqual([plain(one)]);
  });

  test('keeps MSH inside of a field or as part of a longer word in its message', () => {
    const text = `${header}\rNTE|1||see MSH|x\nMSH levels are normal\nMSHX|1\r`;
    expect(framed(text).found).toEqual([plain(text)]);
  });

  test('of files that were joined finds the message behind a second BOM', () => {
    expect(framed(`\ufeff${one}\ufeff${two}`).found).toEqual([plain(one), plain(two)]);
  });
});

describe('text outside of messages', () => {
  test('before the first one is one unreadable frame', () => {
    expect(framed(`junk\rmore junk\r${one}`).found).toEqual([
      { text: 'junk\rmore junk', flags: 'unreadable' },
      plain(one),
    ]);
  });

  test('is the whole of a file without any message', () => {
    expect(framed('hello world\n\nthis is a letter').found).toEqual([
      { text: 'hello world\n\nthis is a letter', flags: 'unreadable' },
    ]);
  });

  test('is one frame also for batch segments alone', () => {
    expect(framed('FHS|^~\\&|A\rFTS|0\r').found).toEqual([{ text: 'FHS|^~\\&|A\rFTS|0', flags: 'unreadable' }]);
  });

  test.each(['', '\r\n \t\n', '\ufeff', '\x0b\x1c\r'])('is nothing in the blank file %j', (text) => {
    expect(framed(text).found).toEqual([]);
  });

  test('behind a batch trailer is counted', () => {
    expect(framed(`${one}BTS|1\rNTE|1||lost\r`).found).toEqual([
      plain(one),
      { text: 'NTE|1||lost', flags: 'unreadable' },
    ]);
  });

  test('between MLLP blocks is counted', () => {
    expect(framed(`\x0b${one}\x1c\rnoise\r\x0b${two}\x1c\r`).found).toEqual([
      plain(one),
      { text: 'noise', flags: 'unreadable' },
      plain(two),
    ]);
  });
});

describe('a batch file', () => {
  const batch = `FHS|^~\\&|A\rBHS|^~\\&|A\r${one}${two}BTS|2\rFTS|1\r`;

  test('gives its messages without the batch segments', () => {
    expect(framed(batch)).toMatchObject({ found: [plain(one), plain(two)], issues: [] });
  });

  test('with other counts in BTS-1 and FTS-1 says so and still gives its messages', () => {
    const { found, issues } = framed(batch.replace('BTS|2', 'BTS|3').replace('FTS|1', 'FTS|2'));
    expect(found).toHaveLength(2);
    expect(issues).toEqual([
      { code: 'batch-count-mismatch', path: 'BTS-1', detail: 'the drop holds 2' },
      { code: 'batch-count-mismatch', path: 'FTS-1', detail: 'the drop holds 1' },
    ]);
  });

  test('of two batches counts each for itself', () => {
    expect(framed(`FHS|^~\\&\rBHS|^~\\&\r${one}BTS|1\rBHS|^~\\&\r${two}${one}BTS|2\rFTS|2\r`).issues).toEqual([]);
  });

  test('with an empty or odd count compares nothing', () => {
    expect(framed(batch.replace('BTS|2', 'BTS').replace('FTS|1', 'FTS|many')).issues).toEqual([]);
  });

  test('without a trailer has a truncated last message', () => {
    expect(framed(`BHS|^~\\&|A\r${one}${two}`).found).toEqual([plain(one), { text: two.trim(), flags: 'truncated' }]);
  });

  test('inside of one MLLP block is not truncated', () => {
    expect(framed(`\x0b${batch}\x1c\r`).found).toEqual([plain(one), plain(two)]);
  });
});

describe('truncation', () => {
  test('is not a missing last line end', () => {
    expect(framed(`${one}${two}`.trim()).found.at(-1)?.flags).toBe('');
  });

  test.each(['P', 'PI', 'OBX'])('is a last line %j without line end', (cut) => {
    expect(framed(one + cut).found).toEqual([{ text: one + cut, flags: 'truncated' }]);
  });

  test('is not a short last line with a line end', () => {
    expect(framed(`${one}PV1\r`).found[0]?.flags).toBe('');
  });

  test('is an MSH cut before its ninth field', () => {
    expect(framed(`${one}MSH|^~\\&|A|B|C|D|2024`).found).toEqual([
      plain(one),
      { text: 'MSH|^~\\&|A|B|C|D|2024', flags: 'truncated' },
    ]);
    expect(framed(`${one}MSH`).found.at(-1)).toEqual({ text: 'MSH', flags: 'truncated' });
    expect(framed(header).found[0]?.flags).toBe('');
  });

  test('is an MLLP block without its end, in the middle as at the end', () => {
    expect(framed(`\x0b${one}\x0b${two}\x1c\r\x0b${one}`).found).toEqual([
      { text: one.trim(), flags: 'truncated' },
      plain(two),
      { text: one.trim(), flags: 'truncated' },
    ]);
  });
});

describe('a message over the limit', () => {
  test('is a range with a flag, and its neighbours are unharmed', () => {
    const long = `${header}\rOBX|1|TX|||${'x'.repeat(2000)}\r`;
    expect(framed(one + long + two).found.map(({ flags }) => flags)).toEqual(['', 'oversize', '']);
  });

  test('is never kept: half a gibibyte in one line stays far below its size', () => {
    const framer = createFramer({ messageBytes: 1000 });
    framer.push(new TextEncoder().encode(`${header}\rOBX|1|ED|||`));
    const chunk = new Uint8Array(1024 * 1024).fill(0x41);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 512; round++) framer.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 * 1024 * 1024);
    expect(framer.finish()).toMatchObject([{ oversize: true, start: 0 }]);
  });
});

const simhospital = '../shared/data/hl7v2/simhospital-1013.hl7';

describe.skipIf(!existsSync(simhospital))('the file of 1,013 messages', () => {
  test('is cut into 1,013 readable messages, and the counter agrees', () => {
    const bytes = readFileSync(simhospital);
    const framer = createFramer({ messageBytes: 1_000_000 });
    const frames = [...framer.push(bytes), ...framer.finish()];
    const counter = createHl7Counter();
    counter.push(bytes);
    expect([frames.length, counter.finish().messages]).toEqual([1013, 1013]);
    const read = frames.map(({ start, end }) => parseMessage(bytes.subarray(start, end), {}));
    expect(read.filter((one) => one.ok && one.issues.length === 0)).toHaveLength(1013);
  });
});
