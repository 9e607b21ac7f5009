import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../../local/s3/aws-chunked.ts';

async function decode(pieces: Buffer[]): Promise<{ body: Buffer; trailers: Record<string, string> }> {
  const trailers = new Map<string, string>();
  const source = (async function* () {
    yield* pieces;
  })();
  const body: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(source, trailers)) body.push(chunk);
  return { body: Buffer.concat(body), trailers: Object.fromEntries(trailers) };
}

const frame = (chunks: Uint8Array[], trailer = 'x-amz-checksum-crc32:AAAAAA==\r\n') =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)};chunk-signature=00\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ]);

describe('aws-chunked', () => {
  it('gives the bytes and the trailer back however the network cuts them', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), async (chunks, step) => {
        const framed = frame(chunks);
        const pieces = Array.from({ length: Math.ceil(framed.length / step) }, (_, n) =>
          framed.subarray(n * step, (n + 1) * step),
        );
        const { body, trailers } = await decode(pieces);
        expect(body.equals(Buffer.concat(chunks))).toBe(true);
        expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
      }),
    );
  });

  it.each([
    ['a body that ends inside a chunk', '5\r\nab', 'IncompleteBody'],
    ['a body that ends before its last chunk', '2\r\nab\r\n', 'IncompleteBody'],
    ['a size that is no number', 'xyz\r\n', 'InvalidRequest'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n', 'InvalidRequest'],
    ['a size line without end', '0'.repeat(20_000), 'InvalidRequest'],
  ])('%s is refused', async (_, text, code) => {
    await expect(decode([Buffer.from(text)])).rejects.toMatchObject({ code });
  });
});
