import type { Chunk, Frame } from '../../core/ledger/chunk.ts';

/** Gathers frames into chunks bounded in messages and bytes; a frame larger than a chunk gets one of its own. */
export function createChunker(
  limits: { readonly chunkBytes: number; readonly chunkMessages: number },
  header: readonly [number, number] | undefined,
): {
  add(frames: readonly Frame[]): Chunk[];
  finish(): Chunk[];
} {
  let open: Frame[] = [];
  let next = 0;
  const close = (): Chunk[] => {
    if (open.length === 0) return [];
    const chunk: Chunk = { chunk: next, frames: open, ...(header === undefined ? {} : { header }) };
    next += 1;
    open = [];
    return [chunk];
  };
  const isFull = (frame: Frame): boolean => {
    const first = open[0];
    return first !== undefined && (open.length >= limits.chunkMessages || frame[2] - first[1] > limits.chunkBytes);
  };
  return {
    add: (frames) =>
      frames.flatMap((frame) => {
        const closed = isFull(frame) ? close() : [];
        open.push(frame);
        return closed;
      }),
    finish: close,
  };
}
