import { createReadStream } from 'node:fs';
import { parseRecord, readHeader } from '../core/csv/record.ts';
import { createRecordScanner } from '../core/csv/scan.ts';
import { hasUtf8Mark, tableOf } from '../core/drop.ts';
import { createFramer } from '../core/hl7v2/framing.ts';
import { limits } from '../core/limits.ts';
import type { Converter } from '../core/mapping/convert.ts';
import type { TracedConversion } from '../core/mapping/convert-message.ts';
import type { CompiledFeed } from '../core/mapping/feed.ts';
import { reasonText } from '../core/reasons.ts';
import { UsageError } from './arguments.ts';

/** One message or record of a file. */
export interface Unit {
  /** 1-based; a CSV header is not counted. */
  readonly ordinal: number;
  readonly conversion: TracedConversion;
}

/** Converts a file's messages or records one after another; of the file only what is not yet converted is held. */
export function unitsOf(file: string, feed: CompiledFeed, converter: Converter): AsyncIterable<Unit> {
  return feed.format === 'csv' ? records(file, feed, converter) : messages(file, converter);
}

async function* messages(file: string, converter: Converter): AsyncIterable<Unit> {
  const framer = createFramer({ messageBytes: limits.messageBytes });
  let held = Buffer.alloc(0);
  let offset = 0;
  let plain = false;
  const take = (frames: ReturnType<typeof framer.push>): Unit[] =>
    frames.map(({ ordinal, start, end, oversize, truncated }) => {
      const conversion: TracedConversion =
        oversize || truncated
          ? { state: 'dead', messageType: '', reason: oversize ? 'message-too-large' : 'message-truncated', issues: [] }
          : converter.convertMessage(held.subarray(start - offset, end - offset), { plain });
      return { ordinal, conversion };
    });
  const drop = (frames: ReturnType<typeof framer.push>) => {
    const end = frames.at(-1)?.end;
    if (end === undefined) return;
    held = held.subarray(end - offset);
    offset = end;
  };
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    if (offset === 0 && held.length === 0) plain = hasUtf8Mark(bytes);
    held = Buffer.concat([held, bytes]);
    const frames = framer.push(bytes);
    yield* take(frames);
    drop(frames);
    // Past the limit the message is dead whatever follows: none of it need be held.
    if (held.length > limits.messageBytes + bytes.length) {
      offset += held.length;
      held = Buffer.alloc(0);
    }
  }
  yield* take(framer.finish());
}

async function* records(file: string, feed: CompiledFeed, converter: Converter): AsyncIterable<Unit> {
  const scanner = createRecordScanner({ recordBytes: limits.messageBytes });
  const table = tableOf(file);
  let header: readonly string[] | undefined;
  let held = Buffer.alloc(0);
  let offset = 0;
  const one = (ordinal: number, bytes: Uint8Array): Unit[] => {
    if (header === undefined) {
      const read = readHeader(bytes, feed.charset);
      if (!read.ok) throw new UsageError(`${file}: ${reasonText('header-invalid')}`);
      header = read.value;
      return [];
    }
    const cells = parseRecord(bytes, feed.charset);
    const conversion: TracedConversion = cells.ok
      ? converter.convertRecord(table, header, cells.value, Date.now())
      : {
          state: 'dead',
          messageType: 'csv',
          reason: cells.issues[0]?.code ?? 'record-unreadable',
          issues: cells.issues,
        };
    return [{ ordinal: ordinal - 1, conversion }];
  };
  const take = (found: ReturnType<typeof scanner.push>): Unit[] =>
    found.flatMap(({ ordinal, start, end }) => one(ordinal, held.subarray(start - offset, end - offset)));
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, bytes]);
    const found = scanner.push(bytes);
    yield* take(found);
    const end = found.at(-1)?.end;
    if (end !== undefined) {
      held = held.subarray(end - offset);
      offset = end;
    }
  }
  yield* take(scanner.finish());
}
