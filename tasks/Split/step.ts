import { readHeader } from '../../core/csv/record.ts';
import { createRecordScanner } from '../../core/csv/scan.ts';
import { FaultError } from '../../core/errors.ts';
import { loadFeed } from '../../core/feeds.ts';
import { createFramer } from '../../core/hl7v2/framing.ts';
import { layout } from '../../core/layout.ts';
import type { Chunk, Frame } from '../../core/ledger/chunk.ts';
import { createCsvCounter } from '../../core/ledger/count-csv.ts';
import { createHl7Counter } from '../../core/ledger/count-hl7v2.ts';
import type { Batch, Ledger } from '../../core/ledger/ledger.ts';
import type { Issue } from '../../core/outcome.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { refuseDrop } from '../../core/refusal.ts';
import { read } from '../../core/shape.ts';
import { createChunker } from './chunker.ts';
import { input, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly work: string;
  readonly limits: {
    readonly messageBytes: number;
    readonly recordBytes: number;
    readonly chunkBytes: number;
    readonly chunkMessages: number;
  };
}

/**
 * Finds where each message lies, cuts chunks of them, and counts the messages a second time by a counter that shares no
 * code with the parsers. One pass over the bytes, in bounded memory.
 */
export async function split(event: unknown, ports: Ports): Promise<Output> {
  const { batch } = read(input, event);
  const book = await ports.ledger.batch(batch);
  if (book?.source === undefined) throw new FaultError('The batch was not received');
  const header = book.format === 'csv' ? await headerOf(book, ports) : undefined;
  const counter = book.format === 'csv' ? createCsvCounter() : createHl7Counter();
  const frames = book.format === 'csv' ? csvFrames(ports, header) : hl7Frames(ports);
  const chunks = chunksOf(book, ports, frames, counter.push.bind(counter), header);
  const key = layout.chunks(batch);
  let count = 0;
  const lines = async function* (): AsyncIterable<Uint8Array> {
    const encoder = new TextEncoder();
    for await (const chunk of chunks) {
      count += 1;
      yield encoder.encode(`${JSON.stringify(chunk)}\n`);
    }
  };
  await ports.objects.putStream({ bucket: ports.work, key }, lines());
  const counted = counter.finish().messages;
  await ports.ledger.updateBatch(batch, {
    state: 'split',
    counted,
    chunks: count,
    issues: frames.issues().slice(0, ISSUES),
  });
  return { batch, chunksKey: key, counted, chunks: count };
}

async function* chunksOf(
  book: Batch,
  ports: Ports,
  frames: Frames,
  count: (bytes: Uint8Array) => void,
  header: readonly [number, number] | undefined,
): AsyncIterable<Chunk> {
  const chunker = createChunker(ports.limits, header);
  if (book.source === undefined) return;
  for await (const bytes of ports.objects.stream(book.source)) {
    count(bytes);
    yield* chunker.add(frames.push(bytes));
  }
  yield* chunker.add(frames.finish());
  yield* chunker.finish();
}

interface Frames {
  push(bytes: Uint8Array): readonly Frame[];
  finish(): readonly Frame[];
  issues(): readonly Issue[];
}

function hl7Frames({ limits }: Ports): Frames {
  const framer = createFramer({ messageBytes: limits.messageBytes });
  const asFrame = (found: ReturnType<typeof framer.push>[number]): Frame => {
    const flag = found.oversize
      ? 'oversize'
      : found.truncated
        ? 'truncated'
        : found.unreadable
          ? 'unreadable'
          : undefined;
    return flag === undefined ? [found.ordinal, found.start, found.end] : [found.ordinal, found.start, found.end, flag];
  };
  return {
    push: (bytes) => framer.push(bytes).map(asFrame),
    finish: () => framer.finish().map(asFrame),
    issues: () => framer.issues(),
  };
}

// Records number from 1 after the header.
function csvFrames({ limits }: Ports, header: readonly [number, number] | undefined): Frames {
  const scanner = createRecordScanner({ recordBytes: limits.recordBytes });
  const asFrames = (records: ReturnType<typeof scanner.push>): Frame[] =>
    records.flatMap((found): Frame[] => {
      const place = [found.ordinal - 1, found.start, found.end] as const;
      const flag = found.oversize ? 'oversize' : found.unreadable ? 'unreadable' : undefined;
      if (found.start === header?.[0]) return [];
      return [flag === undefined ? place : [...place, flag]];
    });
  return { push: (bytes) => asFrames(scanner.push(bytes)), finish: () => asFrames(scanner.finish()), issues: () => [] };
}

// The book is one item of the ledger, which the table bounds at 400 KB.
const ISSUES = 50;

const HEADER_BYTES = 128 * 1024;

/** The first record; without a readable header no record can be told apart, so the drop is refused whole. */
async function headerOf(book: Batch, ports: Ports): Promise<readonly [number, number]> {
  const feed = await loadFeed(ports.objects, ports.work, book.feedHash ?? '');
  const bytes =
    book.source === undefined
      ? undefined
      : await ports.objects.get(book.source, { start: 0, end: Math.min(HEADER_BYTES, book.source.size) });
  if (bytes === undefined || feed === undefined) throw new FaultError('The drop or its feed is gone');
  const scanner = createRecordScanner({ recordBytes: HEADER_BYTES });
  const first = [...scanner.push(bytes), ...scanner.finish()][0];
  const header = first === undefined ? undefined : readHeader(bytes.subarray(first.start, first.end), feed.charset);
  if (first === undefined || header?.ok !== true) return await refuseDrop(book.batch, 'Split', 'header-invalid', ports);
  return [first.start, first.end];
}
