import { describe, expect, it } from 'vitest';
import { compositeChecksum, startChecksum } from '../../../../local/s3/checksums.ts';

/** The check values of the CRC catalogue and of FIPS 180-4, all over `123456789`. */
const VECTORS = [
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const;

describe('checksums', () => {
  it.each(VECTORS)('%s of 123456789 is %s, in one run or in pieces', (algorithm, expected) => {
    const whole = startChecksum(algorithm);
    whole.update(Buffer.from('123456789'));
    expect(whole.digest().toString('hex')).toBe(expected);
    const pieces = startChecksum(algorithm);
    for (const piece of ['12', '', '3456', '789']) pieces.update(Buffer.from(piece));
    expect(pieces.digest().toString('hex')).toBe(expected);
  });

  it('a composite checksum is over the bytes of the parts and tells their count', () => {
    const parts = ['y/Q5Jg==', 'y/Q5Jg=='];
    const running = startChecksum('CRC32');
    running.update(Buffer.from('cbf43926cbf43926', 'hex'));
    const value = `${running.digest().toString('base64')}-2`;
    expect(compositeChecksum('CRC32', parts)).toEqual({ algorithm: 'CRC32', value });
  });
});
