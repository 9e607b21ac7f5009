import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../../local/s3/byte-range.ts';

describe('byte ranges', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=2-', { start: 2, end: 10 }],
    ['bytes=-4', { start: 6, end: 10 }],
    ['bytes=-40', { start: 0, end: 10 }],
    ['bytes=3-400', { start: 3, end: 10 }],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ])('%s of ten bytes', (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });

  it.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%s of ten bytes is not satisfiable', (header) => {
    expect(() => parseRange(header, 10)).toThrow(expect.objectContaining({ code: 'InvalidRange', status: 416 }));
  });

  it('nothing of an empty object is satisfiable', () => {
    expect(() => parseRange('bytes=0-', 0)).toThrow(expect.objectContaining({ code: 'InvalidRange' }));
  });

  it('several ranges are refused, not taken for none', () => {
    expect(() => parseRange('bytes=0-1,4-5', 10)).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
  });
});
