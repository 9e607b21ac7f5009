import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeAwsChunked } from './aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, type Checksum, type ChecksumAlgorithm, startChecksum } from './checksums.ts';
import { invalidArgument, malformedXml, Refusal } from './refusal.ts';
import type { Headers } from './request.ts';

export interface PayloadDigest {
  readonly size: number;
  /** MD5 of the bytes, as lower-case hex: the ETag of an object put in one request. */
  readonly md5: string;
  /** The checksum that the client sent, verified. */
  readonly checksum?: Checksum;
}

export interface Payload {
  readonly chunks: AsyncIterable<Buffer>;
  /** Known once `chunks` has ended; until then every claim of the client about its bytes is unproven. */
  digest(): PayloadDigest;
}

/**
 * The body of a request with its framing taken off. At its end `chunks` throws `BadDigest`, `InvalidDigest`,
 * `XAmzContentSHA256Mismatch` or `IncompleteBody` when the bytes are not those that the headers or trailers promise
 * (S3 API reference, PutObject).
 */
export function openPayload(request: IncomingMessage, headers: Headers): Payload {
  const algorithm = checksumAlgorithm(headers);
  let digest: PayloadDigest | undefined;
  async function* verified(): AsyncGenerator<Buffer> {
    // Leaving the loop early must not destroy the socket: the refusal still has to go out on it.
    const raw: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    const trailers = new Map<string, string>();
    const meter = new Meter(headers, algorithm);
    for await (const chunk of isAwsChunked(headers) ? decodeAwsChunked(raw, trailers) : raw) {
      meter.update(chunk);
      yield chunk;
    }
    digest = meter.verify(trailers);
  }
  return {
    chunks: verified(),
    digest: () => {
      if (!digest) throw new Error('The payload was not read to its end');
      return digest;
    },
  };
}

/** A request document, at most 2 MiB, verified; an empty body gives an empty text. */
export async function readDocument(request: IncomingMessage, headers: Headers): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of openPayload(request, headers).chunks) {
    size += chunk.length;
    if (size > 2 * 1024 * 1024) throw malformedXml();
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

const isAwsChunked = (headers: Headers): boolean =>
  (headers.get('x-amz-content-sha256') ?? '').startsWith('STREAMING-') ||
  (headers.get('content-encoding') ?? '').split(',').some((part) => part.trim() === 'aws-chunked');

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

function checksumAlgorithm(headers: Headers): ChecksumAlgorithm | undefined {
  const trailer = headers.get('x-amz-trailer');
  const sent = CHECKSUM_ALGORITHMS.filter(
    (name) => headers.has(checksumHeader(name)) || trailer === checksumHeader(name),
  );
  if (sent.length > 1) throw new Refusal('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  const announced = headers.get('x-amz-sdk-checksum-algorithm')?.toUpperCase();
  if (announced !== undefined && announced !== sent[0]) {
    const message = 'x-amz-sdk-checksum-algorithm has no corresponding x-amz-checksum-* or x-amz-trailer header';
    throw new Refusal('InvalidRequest', message);
  }
  return sent[0];
}

class Meter {
  private size = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256;
  private readonly running;
  private readonly headers: Headers;
  private readonly algorithm: ChecksumAlgorithm | undefined;

  constructor(headers: Headers, algorithm: ChecksumAlgorithm | undefined) {
    this.headers = headers;
    this.algorithm = algorithm;
    this.running = algorithm === undefined ? undefined : startChecksum(algorithm);
    this.sha256 = /^[\da-f]{64}$/.test(headers.get('x-amz-content-sha256') ?? '') ? createHash('sha256') : undefined;
  }

  update(chunk: Buffer): void {
    this.size += chunk.length;
    this.md5.update(chunk);
    this.sha256?.update(chunk);
    this.running?.update(chunk);
  }

  verify(trailers: ReadonlyMap<string, string>): PayloadDigest {
    this.verifyLength();
    const md5 = this.md5.digest();
    this.verifyMd5(md5);
    if (this.sha256 && this.sha256.digest('hex') !== this.headers.get('x-amz-content-sha256')) {
      const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
      throw new Refusal('XAmzContentSHA256Mismatch', message);
    }
    const checksum = this.verifyChecksum(trailers);
    return { size: this.size, md5: md5.toString('hex'), ...(checksum ? { checksum } : {}) };
  }

  private verifyLength(): void {
    const promised = this.headers.get('x-amz-decoded-content-length');
    if (promised === undefined || Number(promised) === this.size) return;
    throw new Refusal('IncompleteBody', 'The body does not have the promised number of bytes');
  }

  private verifyMd5(md5: Buffer): void {
    const sent = this.headers.get('content-md5');
    if (sent === undefined) return;
    const expected = Buffer.from(sent, 'base64');
    if (expected.length !== 16) throw new Refusal('InvalidDigest', 'The Content-MD5 you specified is not valid.');
    if (expected.equals(md5)) return;
    throw new Refusal('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }

  private verifyChecksum(trailers: ReadonlyMap<string, string>): Checksum | undefined {
    if (!this.algorithm || !this.running) return undefined;
    const header = checksumHeader(this.algorithm);
    const sent = this.headers.get(header) ?? trailers.get(header);
    const value = this.running.digest();
    const expected = Buffer.from(sent ?? '', 'base64');
    if (expected.length !== value.length) throw invalidArgument(header, `Value for ${header} header is invalid.`);
    if (!expected.equals(value)) {
      throw new Refusal('BadDigest', `The ${this.algorithm} you specified did not match the calculated checksum.`);
    }
    return { algorithm: this.algorithm, value: value.toString('base64') };
  }
}
