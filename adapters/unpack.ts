import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Unpack } from '../core/ports.ts';

type Failure = ReturnType<ReturnType<Unpack>['failure']>;

// A small file may well pack better than the ratio allows; it is only judged past the first MiB.
const RATIO_FROM = 1024 * 1024;

/** Streams one layer of gzip, or UTF-16, into plain bytes; stops at the first byte past a limit. */
export const unpack: Unpack = (content, packed, limits) => {
  let failure: Failure;
  const fail = (reason: Failure) => {
    failure = reason;
  };
  const bytes = content === 'gzip' ? gunzip(packed, limits, fail) : utf16(content, packed, fail);
  return { bytes, failure: () => failure };
};

async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  limits: { readonly unpackedBytes: number; readonly gzipRatio: number },
  fail: (reason: Failure) => void,
): AsyncIterable<Uint8Array> {
  let packedBytes = 0;
  let plainBytes = 0;
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const part of packed) {
      packedBytes += part.length;
      yield part;
    }
  };
  const source = Readable.from(counted());
  const stream = source.pipe(createGunzip());
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      if (plainBytes === 0 && part[0] === 0x1f && part[1] === 0x8b) return fail('drop-gzip-nested');
      plainBytes += part.length;
      const bomb =
        plainBytes > limits.unpackedBytes || (plainBytes > RATIO_FROM && plainBytes > packedBytes * limits.gzipRatio);
      if (bomb) return fail('drop-gzip-bomb');
      yield part;
    }
  } catch (error) {
    // Only zlib's own verdict is about the file; anything else is the store's and goes on as a fault.
    if (!isZlib(error)) throw error;
    fail('drop-gzip-corrupt');
  }
}

function isZlib(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code.startsWith('Z_');
}

async function* utf16(
  content: 'utf-16le' | 'utf-16be',
  packed: AsyncIterable<Uint8Array>,
  fail: (reason: Failure) => void,
): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder(content, { fatal: true });
  try {
    for await (const part of packed) yield Buffer.from(decoder.decode(part, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    fail('drop-charset');
  }
}
