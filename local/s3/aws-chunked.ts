import { Refusal } from './refusal.ts';

const LINE_LIMIT = 16 * 1024;
const malformed = (): Refusal => new Refusal('InvalidRequest', 'The aws-chunked body is malformed');
const incomplete = (): Refusal =>
  new Refusal('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');

/**
 * Takes the framing off a body of `Content-Encoding: aws-chunked` (SigV4 "Transferring payload in multiple chunks"):
 * runs of `hex-size[;chunk-signature=...]`, then trailers. Signatures are not checked, as nothing is here.
 * `trailers` is filled, with lower-case names, once the last byte was given.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new FramedReader(source);
  for (;;) {
    const size = chunkSize(await reader.line());
    if (size === 0) break;
    yield* reader.take(size);
    if ((await reader.line()) !== '') throw malformed();
  }
  for (let line = await reader.lastLine(); line !== ''; line = await reader.lastLine()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function chunkSize(line: string): number {
  const hex = /^([\da-f]{1,12})(?:;.*)?$/i.exec(line)?.[1];
  if (hex === undefined) throw malformed();
  return Number.parseInt(hex, 16);
}

/** Lines and byte counts out of a stream of buffers, holding one buffer at a time. */
class FramedReader {
  private held: Buffer = Buffer.alloc(0);
  private readonly source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) return false;
    this.held = this.held.length === 0 ? next.value : Buffer.concat([this.held, next.value]);
    return true;
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      if (this.held.length === 0 && !(await this.more())) throw incomplete();
      const part = this.held.subarray(0, left);
      this.held = this.held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf('\r\n');
      if (end >= 0) {
        const line = this.held.toString('latin1', 0, end);
        this.held = this.held.subarray(end + 2);
        return line;
      }
      if (this.held.length > LINE_LIMIT) throw malformed();
      if (!(await this.more())) throw incomplete();
    }
  }

  /** Some clients leave out the empty line after the trailers: the end of the body counts as one. */
  async lastLine(): Promise<string> {
    return this.held.length === 0 && !(await this.more()) ? '' : this.line();
  }
}
