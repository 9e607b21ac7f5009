import { parseRecord, readHeader } from '../../core/csv/record.ts';
import { tableOf } from '../../core/drop.ts';
import type { Frame, FrameFlag } from '../../core/ledger/chunk.ts';
import type { Batch } from '../../core/ledger/ledger.ts';
import type { MessageOutcome } from '../../core/ledger/states.ts';
import type { Conversion } from '../../core/mapping/conversion.ts';
import type { Converter } from '../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../core/mapping/feed.ts';
import { textMarks } from '../../core/merge/note-marks.ts';
import { stageConversion } from '../../core/merge/stage.ts';
import type { StagedNote } from '../../core/merge/staged-note.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import type { Issue } from '../../core/outcome.ts';
import type { KeyedHash } from '../../core/ports.ts';
import type { ReasonCode } from '../../core/reasons.ts';
import { isQuiet } from '../../core/reasons.ts';

export interface ConvertedMessage {
  readonly outcome: MessageOutcome;
  readonly lines: readonly StagedLine[];
  readonly notes: readonly StagedNote[];
}

export interface MessageSource {
  converter(feed: CompiledFeed): Converter;
  readonly mappingVersion: number;
}

interface Setting {
  readonly book: Batch;
  readonly feed: CompiledFeed;
  readonly header: Uint8Array | undefined;
  readonly keyedHash: KeyedHash;
}

/** What Split already found, in the words of the format. */
const flagged: Readonly<Record<'hl7v2' | 'csv', Readonly<Record<FrameFlag, ReasonCode>>>> = {
  hl7v2: { oversize: 'message-too-large', truncated: 'message-truncated', unreadable: 'message-unreadable' },
  csv: { oversize: 'record-too-large', truncated: 'record-unreadable', unreadable: 'record-unreadable' },
};

/** Makes a function that converts one message; it never throws on bad data. */
export function messageConverter(
  source: MessageSource,
  setting: Setting,
): (frame: Frame, bytes: Uint8Array, poison: boolean) => ConvertedMessage {
  const converter = source.converter(setting.feed);
  const convert =
    setting.book.format === 'csv'
      ? csvConversion(converter, setting)
      : (bytes: Uint8Array) => converter.convertMessage(bytes, { plain: setting.book.plain === true });
  return (frame, bytes, poison) => {
    const [ordinal, start, end, flag] = frame;
    const place = { ordinal, start, end, stage: 'Convert' };
    if (poison) return dead(place, '', 'poison');
    if (flag !== undefined) return dead(place, '', flagged[setting.book.format ?? 'hl7v2'][flag]);
    try {
      const conversion = convert(bytes);
      return conversion.state === 'mapped'
        ? staged(place, bytes, conversion, source, setting)
        : ended(place, conversion);
    } catch {
      // A defect of ours that one message meets must not hold up its neighbours. The error's text may quote the message.
      return dead(place, '', 'internal-fault', `message ${ordinal}`);
    }
  };
}

function ended(place: Place, conversion: Exclude<Conversion, { state: 'mapped' }>): ConvertedMessage {
  const { state, messageType: type, reason, path, issues } = conversion;
  return {
    outcome: { ...place, state, type, reason, ...(path === undefined ? {} : { path }), ...listed(issues) },
    lines: [],
    notes: [],
  };
}

type Place = Pick<MessageOutcome, 'ordinal' | 'start' | 'end'> & { readonly stage: string };

function staged(
  place: Place,
  bytes: Uint8Array,
  conversion: Extract<Conversion, { state: 'mapped' }>,
  source: MessageSource,
  { book, feed, header, keyedHash }: Setting,
): ConvertedMessage {
  // A CSV record says what it says under its header, and its statement time is part of its identity (SEMANTICS 8.2): the
  // row of the next day's extract is no duplicate.
  const record =
    book.format === 'csv'
      ? [conversion.messageType, conversion.time.epochMs, keyedHash(trimEnd(header ?? new Uint8Array())), '']
      : [];
  const hash = keyedHash(`${feed.feed}\n${record.join('\n')}${keyedHash(trimEnd(bytes))}`).slice(0, 40);
  const staging = stageConversion(conversion, {
    ...{ batch: book.batch, ordinal: place.ordinal, hash, feed: feed.feed },
    ...{ mappingVersion: source.mappingVersion, arrivedAt: book.arrivedAt },
  });
  if (!staging.ok) {
    const outcome = dead(place, conversion.messageType, staging.reason, staging.path).outcome;
    return { outcome: { ...outcome, ...listed(staging.issues) }, lines: [], notes: [] };
  }
  const { stage: _stage, ...address } = place;
  const outcome: MessageOutcome = {
    ...{ ...address, state: 'staged', type: conversion.messageType, hash, ...listed(staging.issues) },
    ...(staging.refused.length === 0 ? {} : { refused: staging.refused }),
  };
  const order = staging.lines[0]?.order ?? '';
  // A note whose resource was refused is not read: there would be nothing that its findings could point to.
  const held = new Set(staging.lines.map(({ type, id }) => `${type}/${id}`));
  const notes = conversion.notes
    .filter(({ resource }) => held.has(resource))
    .map((note) => ({ ...note, ordinal: place.ordinal, order, hash: keyedHash(note.text).slice(0, 24) }));
  return { outcome, lines: markTexts(staging.lines, notes), notes };
}

/** Says of each note's resource which texts it holds, so that what was read in an earlier text goes with it. */
function markTexts(lines: readonly StagedLine[], notes: readonly StagedNote[]): readonly StagedLine[] {
  const byResource = Map.groupBy(notes, ({ resource }) => resource);
  return lines.map((line) => {
    const own = byResource.get(`${line.type}/${line.id}`);
    if (own === undefined) return line;
    const marks = textMarks(own.map(({ hash }) => hash).toSorted(), own[0]?.from ?? '');
    return { ...line, slots: { ...line.slots, ...marks } };
  });
}

function dead(place: Place, type: string, reason: ReasonCode, path?: string): ConvertedMessage {
  return {
    outcome: { ...place, state: 'dead', type, reason, ...(path === undefined ? {} : { path }) },
    lines: [],
    notes: [],
  };
}

function listed(issues: readonly Issue[]): Pick<MessageOutcome, 'issues'> {
  const kept = issues.filter(({ code }) => !isQuiet(code));
  return kept.length === 0
    ? {}
    : { issues: kept.slice(0, 50).map(({ code, path }) => ({ code, ...(path === undefined ? {} : { path }) })) };
}

// The line ends after a message belong to the file, not to the message.
function trimEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end -= 1;
  return bytes.subarray(0, end);
}

function csvConversion(converter: Converter, { book, feed, header }: Setting): (bytes: Uint8Array) => Conversion {
  const table = tableOf(book.key);
  // Not the table's name: it comes from a file name, which may say anything.
  const messageType = 'csv';
  const columns = readHeader(header ?? new Uint8Array(), feed.charset);
  return (bytes) => {
    if (!columns.ok) return { state: 'dead', messageType, reason: 'header-invalid', issues: columns.issues };
    const cells = parseRecord(bytes, feed.charset);
    if (!cells.ok)
      return { state: 'dead', messageType, reason: cells.issues[0]?.code ?? 'record-unreadable', issues: cells.issues };
    return converter.convertRecord(table, columns.value, cells.value, book.arrivedAt);
  };
}
