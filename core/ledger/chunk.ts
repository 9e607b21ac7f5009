import { integer, list, object, optional, type Shape } from '../shape.ts';
import type { StateCounts } from './states.ts';

/** One message of a chunk: ordinal, first byte, byte after the last, and a flag when Split already knows that it is lost. */
export type Frame = readonly [ordinal: number, start: number, end: number, flag?: FrameFlag];
export type FrameFlag = 'oversize' | 'truncated' | 'unreadable';

/** One line of `chunks.jsonl`: positions only, so that it may travel through the state machine. */
export interface Chunk {
  readonly chunk: number;
  readonly frames: readonly Frame[];
  /** Byte range of the CSV header. */
  readonly header?: readonly [start: number, end: number] | undefined;
}

const frame: Shape<Frame> = (value, path, problems) => {
  const parts = Array.isArray(value) ? value : [];
  if (!parts.slice(0, 3).every(Number.isSafeInteger) || parts.length < 3) problems.push(`${path}: expected a frame`);
  return parts as unknown as Frame;
};

export const chunkShape = object({
  chunk: integer,
  frames: list(frame),
  header: optional(list(integer) as unknown as Shape<readonly [number, number]>),
});

/** `summaries/<chunk>.json`: what Seal adds up, and where each partition's lines lie in the chunk's staged object. */
export interface ChunkSummary {
  readonly chunk: number;
  readonly counts: StateCounts;
  readonly deadByReason: Readonly<Record<string, number>>;
  readonly filteredByReason: Readonly<Record<string, number>>;
  readonly notes: number;
  /** Of which frames and versions it was made; a chunk that another cut or another mapping made is converted again. */
  readonly made?: string;
  /** Partition to byte range `[start, end)`. */
  readonly index: Readonly<Record<string, readonly [number, number]>>;
}
