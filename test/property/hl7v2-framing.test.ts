import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFramer, type Frame } from '../../core/hl7v2/framing.ts';
import { createHl7Counter } from '../../core/ledger/count-hl7v2.ts';
import { cutAt, tokenBytes } from './token-bytes.ts';

const tokens = [
  ...[
    'MSH',
    'MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5',
    'MSH ',
    'MSHX',
    'M',
    'MS',
    'FHS|',
    'BHS|',
    'BTS|1',
    'FTS|2',
    'BTS',
  ],
  ...[
    'PID|1',
    'PV',
    'x',
    'text',
    ' ',
    '\t',
    '\r',
    '\r',
    '\r',
    '\n',
    '\n',
    '\r\n',
    '\x0b',
    '\x0bMSH|',
    '\x1c',
    '\x1c\r',
    '\x1a',
  ],
  ...['\u00ef\u00bb\u00bf', '\u00ef', '\u00bb', '|', '\x0c', '\u00e9'],
];

function framesOf(chunks: readonly Uint8Array[]): { frames: Frame[]; issues: number } {
  const framer = createFramer({ messageBytes: 60 });
  const frames = [...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.finish()];
  return { frames, issues: framer.issues().length };
}

function counted(chunks: readonly Uint8Array[]): number {
  const counter = createHl7Counter();
  for (const chunk of chunks) counter.push(chunk);
  return counter.finish().messages;
}

describe('framing', () => {
  test('any chunking gives the same frames', () => {
    fc.assert(
      fc.property(tokenBytes(tokens, 400), fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(framesOf(cutAt(bytes, places))).toEqual(framesOf([bytes]));
      }),
      { numRuns: 1000 },
    );
  });

  test('one byte at a time gives the same frames and the same count', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), (bytes) => {
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        expect(framesOf(single)).toEqual(framesOf([bytes]));
        expect(counted(single)).toBe(counted([bytes]));
      }),
      { numRuns: 1000 },
    );
  });

  test('the independent counter agrees with the framer on anything', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), (bytes) => {
        expect(counted([bytes])).toBe(framesOf([bytes]).frames.length);
      }),
      { numRuns: 20_000 },
    );
  });

  test('the counter agrees with the framer on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(counted([bytes])).toBe(framesOf([bytes]).frames.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('frames number from 1, follow each other and hold no line end at their borders', () => {
    fc.assert(
      fc.property(tokenBytes(tokens), (bytes) => {
        let before = 0;
        framesOf([bytes]).frames.forEach((frame, at) => {
          expect(frame.ordinal).toBe(at + 1);
          expect(frame.start).toBeGreaterThanOrEqual(before);
          expect(frame.end).toBeGreaterThan(frame.start);
          expect([0x0d, 0x0a]).not.toContain(bytes[frame.start]);
          expect([0x0d, 0x0a]).not.toContain(bytes[frame.end - 1]);
          before = frame.end;
        });
      }),
      { numRuns: 2000 },
    );
  });
});
