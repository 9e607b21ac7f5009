import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from '../adapters/hash.ts';
import { findFeed } from '../cli/feeds.ts';
import { parseRecord, readHeader } from '../core/csv/record.ts';
import { createRecordScanner } from '../core/csv/scan.ts';
import { tableOf } from '../core/drop.ts';
import { createFramer } from '../core/hl7v2/framing.ts';
import { limits } from '../core/limits.ts';
import type { Conversion } from '../core/mapping/conversion.ts';
import { type Converter, createConverter } from '../core/mapping/convert.ts';
import type { CompiledFeed } from '../core/mapping/feed.ts';
import { MAPPING_VERSION } from '../core/mapping/version.ts';
import { emptyRoot, mergeLines } from '../core/merge/merge.ts';
import { bundleOf } from '../core/merge/message-bundle.ts';
import { type Resource, renderState } from '../core/merge/render.ts';
import { stageConversion } from '../core/merge/stage.ts';

/** One message or record of a sample, as the pipeline would load it. */
export interface Converted {
  /** File and ordinal: `ADT-A01-01.hl7#1`. */
  readonly id: string;
  readonly messageType: string;
  /** Why there is nothing to load; undefined when there is. */
  readonly refusal: string | undefined;
  readonly resources: readonly Resource[];
  /** What is shown and never loaded: the message as a Bundle, as `convert --to bundle` prints it. */
  readonly bundle?: Readonly<Record<string, unknown>>;
}

/** The shared sample data, or undefined where this clone stands alone. */
export const shared = ((): string | undefined => {
  const path = join(import.meta.dirname, '../../shared/data');
  return existsSync(path) ? path : undefined;
})();

// After every time that a sample states, so that none is refused as coming from the future.
const ARRIVAL_MS = Date.UTC(2035, 0, 1);

/** Converts a file of HL7 messages or of CSV records under a feed file. */
export function convertFile(path: string, feedPath: string): readonly Converted[] {
  const feed = findFeed(feedPath);
  const converter = createConverter(feed, { sha256 }, { envelope: true });
  const bytes = readFileSync(path);
  const conversions = feed.format === 'csv' ? ofRecords(path, bytes, feed, converter) : ofMessages(bytes, converter);
  return conversions.map((conversion, at) => load(`${basename(path)}#${at + 1}`, conversion, feed));
}

function ofMessages(bytes: Buffer, converter: Converter): readonly Conversion[] {
  const framer = createFramer({ messageBytes: limits.messageBytes });
  return [...framer.push(bytes), ...framer.finish()].map(({ start, end }) =>
    converter.convertMessage(bytes.subarray(start, end)),
  );
}

function ofRecords(path: string, bytes: Buffer, feed: CompiledFeed, converter: Converter): readonly Conversion[] {
  const scanner = createRecordScanner({ recordBytes: limits.messageBytes });
  const [first, ...records] = [...scanner.push(bytes), ...scanner.finish()];
  const header = first === undefined ? undefined : readHeader(bytes.subarray(first.start, first.end), feed.charset);
  if (header === undefined || !header.ok) throw new Error(`Expected ${basename(path)} to begin with a header`);
  return records.map(({ start, end }) => {
    const cells = parseRecord(bytes.subarray(start, end), feed.charset);
    if (!cells.ok) throw new Error(`Expected every record of ${basename(path)} to be readable`);
    return converter.convertRecord(tableOf(path), header.value, cells.value, ARRIVAL_MS);
  });
}

function load(id: string, conversion: Conversion, feed: CompiledFeed): Converted {
  const { messageType } = conversion;
  if (conversion.state !== 'mapped') return { id, messageType, refusal: conversion.reason, resources: [] };
  const envelope = conversion.envelope ?? [];
  const shown = envelope.filter(({ type }) => type !== 'Bundle');
  const staging = stageConversion(
    { ...conversion, resources: [...conversion.resources, ...shown] },
    {
      ...{ batch: 'conformance', ordinal: 1, hash: sha256(id), feed: feed.feed },
      ...{ mappingVersion: MAPPING_VERSION, arrivedAt: ARRIVAL_MS },
    },
  );
  if (!staging.ok) return { id, messageType, refusal: staging.reason, resources: [] };
  const states = Object.values(mergeLines(emptyRoot('conformance'), staging.lines).resources);
  const apart = new Set(shown.map((draft) => `${draft.type}/${draft.id}`));
  const resources = states.filter((state) => !apart.has(`${state.type}/${state.id}`)).map(renderState);
  const draft = envelope.find(({ type }) => type === 'Bundle');
  return { id, messageType, refusal: undefined, resources, bundle: bundleOf(states.map(renderState), draft) };
}
