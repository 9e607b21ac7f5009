import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A run of an object's bytes: one file. An object put in one request has one, a multipart object one per part. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

const READ_BYTES = 256 * 1024;

/**
 * The bytes of the objects, in files named by random ids, so that no key ever becomes a path. A file is complete and
 * synced before a row names it; one that no row names is left over from a kill and is swept at the next start.
 */
export class ObjectFiles {
  private readonly folder: string;
  /** Readers per file; a file that is removed meanwhile goes when the last one is done. */
  private readonly readers = new Map<string, number>();
  private readonly condemned = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Writes all chunks to a new file and returns its name; nothing is left when `chunks` throws. */
  async write(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const name = crypto.randomUUID();
    const file = await open(join(this.folder, name), 'wx', 0o600);
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.datasync();
    } catch (error) {
      await file.close();
      await this.remove([name]);
      throw error;
    }
    await file.close();
    return name;
  }

  /**
   * Bytes `start` to `end` (exclusive) of the segments put one after the other. The files are held from this call on,
   * so it must follow the look-up of the row without a pause, and the returned stream must be read or returned.
   */
  read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    for (const { file } of segments) this.readers.set(file, (this.readers.get(file) ?? 0) + 1);
    const release = (): void => this.release(segments);
    const runs = this.runs(segments, start, end);
    return held(runs, release);
  }

  private async *runs(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size);
      offset += size;
      if (from >= to) continue;
      yield* createReadStream(join(this.folder, file), { start: from, end: to - 1, highWaterMark: READ_BYTES });
    }
  }

  private release(segments: readonly Segment[]): void {
    for (const { file } of segments) {
      const left = (this.readers.get(file) ?? 1) - 1;
      if (left > 0) this.readers.set(file, left);
      else this.readers.delete(file);
      if (left === 0 && this.condemned.delete(file)) rmSync(join(this.folder, file), { force: true });
    }
  }

  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      if (this.readers.has(file)) this.condemned.add(file);
      else await rm(join(this.folder, file), { force: true });
    }
  }

  /** Deletes every file that `known` does not name. Only before the first request. */
  sweep(known: ReadonlySet<string>): void {
    for (const file of readdirSync(this.folder)) {
      if (!known.has(file)) rmSync(join(this.folder, file), { force: true });
    }
  }
}

/** Releases exactly once, also when the stream is returned before its first byte was asked for. */
function held(runs: AsyncGenerator<Buffer>, release: () => void): AsyncGenerator<Buffer> {
  let done = false;
  const finish = (): void => {
    if (!done) release();
    done = true;
  };
  const stream: AsyncGenerator<Buffer> = {
    async next() {
      try {
        const result = await runs.next();
        if (result.done) finish();
        return result;
      } catch (error) {
        finish();
        throw error;
      }
    },
    async return(value) {
      finish();
      return runs.return(value);
    },
    async throw(error) {
      finish();
      return runs.throw(error);
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      await stream.return(undefined);
    },
  };
  return stream;
}
