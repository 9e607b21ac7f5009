import { createReadStream } from 'node:fs';
import { sha256 } from '../adapters/hash.ts';
import { parseRecord, readHeader } from '../core/csv/record.ts';
import { createRecordScanner } from '../core/csv/scan.ts';
import { hasUtf8Mark, tableOf } from '../core/drop.ts';
import { createFramer } from '../core/hl7v2/framing.ts';
import { limits } from '../core/limits.ts';
import type { Conversion } from '../core/mapping/conversion.ts';
import { type Converter, createConverter } from '../core/mapping/convert.ts';
import type { CompiledFeed } from '../core/mapping/feed.ts';
import { stringifyFhir } from '../core/mapping/fhir-json.ts';
import { MAPPING_VERSION } from '../core/mapping/version.ts';
import { emptyRoot, mergeLines } from '../core/merge/merge.ts';
import { type Resource, renderState } from '../core/merge/render.ts';
import { stageConversion } from '../core/merge/stage.ts';
import type { Issue } from '../core/outcome.ts';
import { reasonText } from '../core/reasons.ts';
import { readArguments, UsageError } from './arguments.ts';
import { findFeed } from './feeds.ts';

const help = `tributary convert <file> --feed <feed> [--to ndjson|bundle]

Mapping alone, without a cloud: FHIR on stdout, one resource a line (ndjson) or one Bundle a line for each message
(bundle); issues on stderr, in HL7 terms and without values. Exit 1 when a message could not be converted.
`;

interface Unit {
  readonly ordinal: number;
  readonly conversion: Conversion;
}

export async function convert(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { feed: { type: 'string' }, to: { type: 'string' } }, help);
  if (parsed === undefined) return 0;
  const [file, ...more] = parsed.rest;
  const to = parsed.values['to'] ?? 'ndjson';
  if (
    file === undefined ||
    more.length > 0 ||
    parsed.values['feed'] === undefined ||
    (to !== 'ndjson' && to !== 'bundle')
  )
    throw new UsageError(help);
  const feed = findFeed(parsed.values['feed']);
  const converter = createConverter(feed, { sha256 });
  let dead = 0;
  for await (const unit of feed.format === 'csv' ? records(file, feed, converter) : messages(file, converter)) {
    const resources = report(file, unit, feed);
    if (resources === undefined) dead += 1;
    else await write(to === 'bundle' ? [bundleOf(resources)] : resources);
  }
  return dead === 0 ? 0 : 1;
}

async function* messages(file: string, converter: Converter): AsyncIterable<Unit> {
  const framer = createFramer({ messageBytes: limits.messageBytes });
  let held = Buffer.alloc(0);
  let offset = 0;
  let plain = false;
  const take = (frames: ReturnType<typeof framer.push>): Unit[] =>
    frames.map(({ ordinal, start, end, oversize, truncated }) => {
      const conversion: Conversion =
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
    const conversion: Conversion = cells.ok
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

/** The message's resources, or undefined after saying why there are none. */
function report(file: string, { ordinal, conversion }: Unit, feed: CompiledFeed): readonly Resource[] | undefined {
  const say = (issues: readonly Issue[]) => {
    for (const { code, path } of issues)
      process.stderr.write(`${file}: message ${ordinal}${path ? `: ${path}` : ''}: ${code}: ${reasonText(code)}\n`);
  };
  say(conversion.issues);
  if (conversion.state !== 'mapped') {
    say([{ code: conversion.reason, ...(conversion.path === undefined ? {} : { path: conversion.path }) }]);
    return conversion.state === 'filtered' ? [] : undefined;
  }
  const staging = stageConversion(
    { ...conversion, issues: [] },
    {
      ...{ batch: 'convert', ordinal, hash: sha256(`${file}#${ordinal}`), feed: feed.feed },
      ...{ mappingVersion: MAPPING_VERSION, arrivedAt: Date.now() },
    },
  );
  if (!staging.ok) {
    say([...staging.issues, { code: staging.reason, path: staging.path }]);
    return undefined;
  }
  say(staging.issues);
  return Object.values(mergeLines(emptyRoot('convert'), staging.lines).resources).map(renderState);
}

function bundleOf(resources: readonly Resource[]): unknown {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: `${resource.resourceType}/${resource.id}`, resource })),
  };
}

async function write(values: readonly unknown[]): Promise<void> {
  const text = values.map((value) => `${stringifyFhir(value)}\n`).join('');
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
}
