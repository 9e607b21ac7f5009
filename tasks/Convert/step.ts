import { FaultError } from '../../core/errors.ts';
import { loadFeed } from '../../core/feeds.ts';
import { layout } from '../../core/layout.ts';
import type { Chunk, ChunkSummary } from '../../core/ledger/chunk.ts';
import type { Batch, Ledger } from '../../core/ledger/ledger.ts';
import { countReasons, countStates } from '../../core/ledger/states.ts';
import { layOutByPartition } from '../../core/merge/staged-file.ts';
import { formatLines } from '../../core/ndjson.ts';
import type { KeyedHash, ObjectStore, Sha256 } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';
import { read } from '../../core/shape.ts';
import { carefulCursor } from './careful.ts';
import { input, type Output } from './contract.ts';
import { type ConvertedMessage, type MessageSource, messageConverter } from './message.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly sha256: Sha256;
  readonly keyedHash: () => Promise<KeyedHash>;
  readonly work: string;
  readonly partitions: number;
  /** Makes what turns one message into statements. */
  readonly source: MessageSource;
}

/**
 * One chunk: every message on its own is parsed, mapped, checked and staged, or ends with a reason. What is written
 * depends on batch, chunk and pinned versions alone, so a chunk that runs twice overwrites itself.
 */
export async function convert(event: unknown, ports: Ports): Promise<Output> {
  const { batch, chunk, careful } = read(input, event);
  const book = await ports.ledger.batch(batch);
  if (book?.source === undefined || book.feedHash === undefined)
    throw new FaultError('The batch is not ready to be converted');
  const made = madeOf(book, chunk, ports);
  // Once whole it stays: a second run could find other duplicates, and write under the hands of an import.
  const whole = await readJson<ChunkSummary>(ports.objects, ports.work, layout.summary(batch, chunk.chunk));
  if (whole?.made === made) return outputOf(whole);
  const messages = await convertAll(book, chunk, careful, ports);
  const ended = await setDuplicatesApart(book, messages, ports);
  return outputOf(await write(batch, chunk.chunk, made, ended, ports));
}

function outputOf({ chunk, counts }: ChunkSummary): Output {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { chunk, staged: counts.staged, ended: all - counts.staged };
}

function madeOf({ feedHash }: Batch, { frames, header }: Chunk, ports: Ports): string {
  const text = JSON.stringify([feedHash, ports.source.mappingVersion, ports.partitions, header ?? [], frames]);
  return ports.sha256(text).slice(0, 32);
}

async function convertAll(book: Batch, chunk: Chunk, careful: boolean, ports: Ports): Promise<ConvertedMessage[]> {
  const feed = await loadFeed(ports.objects, ports.work, book.feedHash ?? '');
  const [first, last] = [chunk.frames[0], chunk.frames.at(-1)];
  if (feed === undefined || book.source === undefined || first === undefined || last === undefined)
    throw new FaultError('The chunk or its feed is gone');
  const bytes = await ports.objects.get(book.source, { start: first[1], end: last[2] });
  const header =
    chunk.header === undefined
      ? undefined
      : await ports.objects.get(book.source, { start: chunk.header[0], end: chunk.header[1] });
  if (bytes === undefined) throw new FaultError('The bytes of the chunk are gone');
  const convertOne = messageConverter(ports.source, { book, feed, header, keyedHash: await ports.keyedHash() });
  const cursor = careful
    ? await carefulCursor(ports.objects, { bucket: ports.work, key: layout.cursor(book.batch, chunk.chunk) })
    : undefined;
  const messages: ConvertedMessage[] = [];
  for (const frame of chunk.frames) {
    const poison = (await cursor?.enter(frame[0])) ?? false;
    messages.push(convertOne(frame, bytes.subarray(frame[1] - first[1], frame[2] - first[1]), poison));
  }
  await cursor?.leave();
  return messages;
}

/** Same feed and same bytes as a message that was seen to its end (SEMANTICS 8.2). */
async function setDuplicatesApart(
  book: Batch,
  messages: readonly ConvertedMessage[],
  ports: Ports,
): Promise<ConvertedMessage[]> {
  const hashes = messages.flatMap(({ outcome }) =>
    outcome.state === 'staged' && outcome.hash !== undefined ? [outcome.hash] : [],
  );
  const seen = await ports.ledger.seen(book.tenant, [...new Set(hashes)]);
  return messages.map((message) => {
    const owner =
      message.outcome.state === 'staged' && message.outcome.hash !== undefined
        ? seen.get(message.outcome.hash)
        : undefined;
    const own = owner?.batch === book.batch && owner.ordinal === message.outcome.ordinal;
    return owner === undefined || own
      ? message
      : { outcome: { ...message.outcome, state: 'duplicate' }, lines: [], notes: [] };
  });
}

async function write(
  batch: string,
  chunk: number,
  made: string,
  messages: readonly ConvertedMessage[],
  ports: Ports,
): Promise<ChunkSummary> {
  const at = (key: string) => ({ bucket: ports.work, key });
  const outcomes = messages.map(({ outcome }) => outcome);
  const notes = messages.flatMap((message) => message.notes);
  const staged = layOutByPartition(
    messages.flatMap(({ lines }) => lines),
    ports.partitions,
  );
  await ports.objects.put(at(layout.staged(batch, chunk)), staged.body);
  await ports.objects.put(at(layout.outcomes(batch, chunk)), formatLines(outcomes));
  if (notes.length > 0) await ports.objects.put(at(layout.notes(batch, chunk)), formatLines(notes));
  // Last, since it says that the chunk is whole.
  const summary: ChunkSummary = {
    chunk,
    counts: countStates(outcomes),
    deadByReason: countReasons(outcomes, 'dead'),
    filteredByReason: countReasons(outcomes, 'filtered'),
    notes: notes.length,
    made,
    index: staged.index,
  };
  await ports.objects.put(at(layout.summary(batch, chunk)), JSON.stringify(summary));
  return summary;
}
