import { hasUtf8Mark, keyRefusal, looksLike, SNIFF_BYTES, sniff } from '../../core/drop.ts';
import { FaultError } from '../../core/errors.ts';
import { currentFeed } from '../../core/feeds.ts';
import { layout } from '../../core/layout.ts';
import type { Batch, Ledger } from '../../core/ledger/ledger.ts';
import type { ObjectPointer, ObjectStore, Unpack } from '../../core/ports.ts';
import type { ReasonCode } from '../../core/reasons.ts';
import { refuseDrop } from '../../core/refusal.ts';
import { read } from '../../core/shape.ts';
import { input, type Limits, type Output } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly unpack: Unpack;
  readonly work: string;
  readonly tenants: readonly string[];
  readonly limits: Limits;
}

/**
 * Takes one drop version: refuses what is out of bounds, pins the feed, finds the format, and unpacks one layer of gzip
 * or UTF-16 into a plain form, to which all byte positions then refer.
 */
export async function receive(event: unknown, ports: Ports): Promise<Output> {
  const { batch } = read(input, event);
  const book = await ports.ledger.batch(batch);
  if (book === undefined) throw new FaultError('The batch is not in the ledger');
  // A second execution must not write under the hands of an import.
  if (book.state === 'sealed' || book.state === 'closed') return { batch, sealed: true };
  const refuse = (reason: ReasonCode) => refuseDrop(batch, 'Receive', reason, ports);

  const feed = await feedOf(book, ports, refuse);
  const drop: ObjectPointer = {
    bucket: book.bucket,
    key: book.key,
    ...(book.version === '' ? {} : { version: book.version }),
  };
  const head = await ports.objects.head(drop);
  if (head === undefined) return await refuse('drop-not-found');
  if (head.size === 0) return await refuse('drop-empty');
  if (head.size > ports.limits.dropBytes) return await refuse('drop-too-large');

  const source = await plainForm(batch, drop, head.size, ports, refuse);
  const start = await ports.objects.get(source, { start: 0, end: Math.min(SNIFF_BYTES, source.size) });
  if (start === undefined) throw new FaultError('The plain form is gone');
  if (sniff(start) === 'blank') return await refuse('drop-empty');
  if (!looksLike(feed.format, start)) return await refuse('drop-format-mismatch');
  const plain = source.recoded || hasUtf8Mark(start);
  const { recoded: _recoded, ...place } = source;
  await ports.ledger.updateBatch(batch, {
    ...{ state: 'received', feedHash: feed.hash, format: feed.format, source: place, plain },
  });
  return { batch, sealed: false, format: feed.format, bytes: source.size };
}

type Refuse = (reason: ReasonCode) => Promise<never>;

async function feedOf(book: Batch, ports: Ports, refuse: Refuse): Promise<{ hash: string; format: 'hl7v2' | 'csv' }> {
  const bad = keyRefusal(book.key, ports.limits.objectKeyBytes);
  if (bad !== undefined) return await refuse(bad);
  if (!ports.tenants.includes(book.tenant)) return await refuse('tenant-unknown');
  // A batch keeps the feed it began with, also when it is taken up again after the feed changed.
  const found = await currentFeed(ports.objects, ports.work, book.tenant, book.feed, book.feedHash);
  return found ?? (await refuse('feed-unknown'));
}

/** `recoded`: the bytes were UTF-16 and are UTF-8 now. */
type Source = ObjectPointer & { readonly size: number; readonly recoded: boolean };

async function plainForm(
  batch: string,
  drop: ObjectPointer,
  size: number,
  ports: Ports,
  refuse: Refuse,
): Promise<Source> {
  const start = (await ports.objects.get(drop, { start: 0, end: Math.min(SNIFF_BYTES, size) })) ?? new Uint8Array();
  const content = sniff(start);
  if (content === 'plain' || content === 'blank') return { ...drop, size, recoded: false };
  const plain = { bucket: ports.work, key: layout.plain(batch) };
  const unpacked = ports.unpack(content, ports.objects.stream(drop), ports.limits);
  await ports.objects.putStream(plain, unpacked.bytes);
  if (unpacked.failure() !== undefined) return await refuse(unpacked.failure() ?? 'drop-gzip-corrupt');
  const head = await ports.objects.head(plain);
  if (head === undefined || head.size === 0) return await refuse('drop-empty');
  return { ...plain, size: head.size, recoded: content !== 'gzip' };
}
