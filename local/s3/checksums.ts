import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The algorithms of S3's `x-amz-checksum-*` headers (S3 user guide, "Checking object integrity"). */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64 of the big-endian value; `-N` follows when it is made of the checksums of N parts. */
  readonly value: string;
}

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return runningCrc32((bytes, value) => crc32(bytes, value));
    case 'CRC32C':
      return runningCrc32(crc32c);
    case 'CRC64NVME':
      return runningCrc64();
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
}

/** The checksum of a multipart object of type COMPOSITE: over the bytes of its parts' checksums. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const running = startChecksum(algorithm);
  for (const part of parts) running.update(Buffer.from(part, 'base64'));
  return { algorithm, value: `${running.digest().toString('base64')}-${parts.length}` };
}

function runningCrc32(step: (bytes: Uint8Array, value: number) => number): RunningChecksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = step(bytes, value);
    },
    digest: () => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value >>> 0);
      return out;
    },
  };
}

// Castagnoli's polynomial, bits reversed.
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(bytes: Uint8Array, start: number): number {
  let value = ~start;
  for (const byte of bytes) value = (CRC32C_TABLE[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  return ~value >>> 0;
}

// NVM Express's 64-bit polynomial, bits reversed. Kept as two 32-bit halves: BigInt is some twenty times slower.
const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const CRC64_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ CRC64_POLYNOMIAL : value >> 1n;
  return value;
});
const CRC64_HIGH = Int32Array.from(CRC64_TABLE, (value) => Number(value >> 32n) | 0);
const CRC64_LOW = Int32Array.from(CRC64_TABLE, (value) => Number(value & 0xffffffffn) | 0);

function runningCrc64(): RunningChecksum {
  let high = -1;
  let low = -1;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = (CRC64_LOW[index] as number) ^ ((low >>> 8) | (high << 24));
        high = (CRC64_HIGH[index] as number) ^ (high >>> 8);
      }
    },
    digest: () => {
      const out = Buffer.alloc(8);
      out.writeInt32BE(~high, 0);
      out.writeInt32BE(~low, 4);
      return out;
    },
  };
}
