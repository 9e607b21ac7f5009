import { readIsoTime, readTime } from '../hl7v2/times.ts';
import { lengthPrefixed, resourceIds } from '../identity.ts';
import type { Sha256 } from '../ports.ts';
import type { CompiledFeed } from './compiled-feed.ts';
import type { TracedConversion } from './convert-message.ts';
import { convertMessage } from './convert-message.ts';
import { convertRecord } from './convert-record.ts';
import { dummyTest } from './keys/identifiers.ts';
import { NamespaceBook } from './namespaces.ts';
import { linkPlan, vocabularyOf } from './plan.ts';
import type { Setting } from './run.ts';

/** Converts messages and records of one feed. It holds nothing of a message beyond its call, and never throws on bad data. */
export interface Converter {
  /** `plain`: the bytes are UTF-8 whatever MSH-18 says, as in a drop with a byte order mark. */
  convertMessage(bytes: Uint8Array, options?: { readonly plain: boolean }): TracedConversion;
  /** `cells` in the order of `header`; `arrivalMs` is the drop's arrival, milliseconds since the epoch. */
  convertRecord(
    table: string,
    header: readonly string[],
    cells: readonly string[],
    arrivalMs: number,
  ): TracedConversion;
}

/**
 * Makes a converter of the tables and the feed's own codes and rows, each linked once, when it is first needed. With `envelope` it also makes
 * what tells of the message itself, which is shown and never staged (SEMANTICS 10).
 */
export function createConverter(
  feed: CompiledFeed,
  ports: { readonly sha256: Sha256 },
  options: { readonly trace?: boolean; readonly envelope?: boolean } = {},
): Converter {
  const plan = linkPlan(feed, options);
  const read = feed.format === 'csv' ? readIsoTime : readTime;
  const isDummy = dummyTest(feed.dummies);
  const idOf = resourceIds(ports.sha256, feed.tenant);
  const setting: Setting = {
    tenant: feed.tenant,
    namespaces: new NamespaceBook(feed.tenant, feed.namespaces, ports.sha256),
    ...vocabularyOf(feed),
    isDummy,
    readTime: (text) => read(text, feed.zone),
    idOf,
    id: (type, ...key) => idOf(type, lengthPrefixed(key)),
  };
  const trace = options.trace === true;
  const messages = { maker: { feed, isDummy }, plan, setting, trace };
  const records = { feed, plan, setting, trace, columns: new WeakMap() };
  return {
    convertMessage: (bytes, form) => convertMessage(bytes, messages, form?.plain === true),
    convertRecord: (table, header, cells, arrivalMs) => convertRecord(table, header, cells, arrivalMs, records),
  };
}
