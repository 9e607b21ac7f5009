import type { Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { busName, refuseOthers } from './bus-operations.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { readJson } from './json.ts';
import type { Outbox } from './outbox.ts';

type Input = Readonly<Record<string, unknown>>;
type Refusal = { readonly ErrorCode: string; readonly ErrorMessage: string };

const MAX_ENTRIES = 10;
/** Of one request (EventBridge user guide, "Adding events with PutEvents"; the size rule is there too). */
const MAX_BYTES = 1_048_576;

/** PutEvents. An entry for a bus that is not there gets an id and goes nowhere, as in EventBridge. */
export function createPutEvents(outbox: Outbox, timers: Timers, wake: () => void) {
  return (input: Input) => {
    refuseOthers(input, ['Entries']);
    const entries = (input['Entries'] ?? []) as Input[];
    if (entries.length < 1 || entries.length > MAX_ENTRIES) {
      throw new ServiceError(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${MAX_ENTRIES}`,
      );
    }
    if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > MAX_BYTES) {
      throw new ServiceError('ValidationException', `Total size of the entries in the request is over the limit.`);
    }
    const nowMs = timers.now();
    const read = entries.map((entry) => readEntry(entry, nowMs));
    outbox.accept(
      read.filter((entry) => 'event' in entry),
      nowMs,
    );
    wake();
    const answers = read.map((entry) => ('event' in entry ? { EventId: entry.event.id } : entry));
    return { FailedEntryCount: read.filter((entry) => 'ErrorCode' in entry).length, Entries: answers };
  };
}

/** Size of an entry: 14 bytes for a time, and the UTF-8 of source, detail type, detail and resources. */
function entryBytes(entry: Input): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail'], ...((entry['Resources'] ?? []) as unknown[])];
  const sum = texts.reduce<number>((bytes, text) => bytes + Buffer.byteLength(String(text ?? '')), 0);
  return sum + (entry['Time'] === undefined ? 0 : 14);
}

function readEntry(entry: Input, nowMs: number): { readonly bus: string; readonly event: Envelope } | Refusal {
  refuseOthers(entry, ['Source', 'DetailType', 'Detail', 'Resources', 'Time', 'EventBusName', 'TraceHeader']);
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  const source = String(entry['Source']);
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseDetail(String(entry['Detail']));
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const timeMs = entry['Time'] === undefined ? nowMs : Number(entry['Time']) * 1000;
  if (!Number.isFinite(timeMs)) throw new ServiceError('SerializationException', 'Time must be a number of seconds.');
  const resources = (entry['Resources'] ?? []) as string[];
  return {
    bus: busName(entry['EventBusName']),
    event: envelopeOf({ source, detailType: String(entry['DetailType']), resources, detail, timeMs }),
  };
}

function parseDetail(text: string): object | undefined {
  const detail = readJson(text);
  return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
}
