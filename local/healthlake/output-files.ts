import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportBucket } from './import-bucket.ts';

type OutputKind = 'SUCCESS' | 'FAILURE';

/** The two result files of one input file; they grow on disk, so that memory stays bounded, and are sent when complete. */
export interface OutputFiles {
  write(kind: OutputKind, line: unknown): void;
  /** Sends the files that have lines, under `SUCCESS/` and `FAILURE/`, and removes them here. */
  send(bucket: ImportBucket, outputUri: string, name: string): Promise<void>;
}

const FLUSH_BYTES = 256 * 1024;

export function openOutputFiles(scratch: string): OutputFiles {
  mkdirSync(scratch, { recursive: true });
  const open: Partial<
    Record<OutputKind, { readonly path: string; readonly handle: number; waiting: string[]; size: number }>
  > = {};
  const flush = (kind: OutputKind) => {
    const file = open[kind];
    if (!file || file.waiting.length === 0) return;
    writeSync(file.handle, file.waiting.join(''));
    file.waiting = [];
    file.size = 0;
  };
  return {
    write(kind, line) {
      const path = join(scratch, `${kind}.ndjson`);
      const file = open[kind] ?? { path, handle: openSync(path, 'w'), waiting: [], size: 0 };
      open[kind] = file;
      const text = `${JSON.stringify(line)}\n`;
      file.waiting.push(text);
      file.size += text.length;
      if (file.size >= FLUSH_BYTES) flush(kind);
    },
    async send(bucket, outputUri, name) {
      for (const kind of ['SUCCESS', 'FAILURE'] as const) {
        const file = open[kind];
        if (!file) continue;
        flush(kind);
        closeSync(file.handle);
        delete open[kind];
        await bucket.putFile(outputUri, `${kind}/${name}`, file.path);
        rmSync(file.path, { force: true });
      }
    },
  };
}
