import { batchId, lengthPrefixed } from '../../core/identity.ts';
import { layout } from '../../core/layout.ts';
import { deadLetter } from '../../core/ledger/dead-letter.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { noCounts } from '../../core/ledger/states.ts';
import { formatLines } from '../../core/ndjson.ts';
import type { Clock, KeyedHash, ObjectPointer, ObjectStore, Queue, Sha256, Workflows } from '../../core/ports.ts';
import type { ReasonCode } from '../../core/reasons.ts';
import { read, type Shape } from '../../core/shape.ts';
import { envelope, input, type Output, objectCreated, posted } from './contract.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly workflows: Workflows;
  readonly deadLetters: Queue;
  readonly sha256: Sha256;
  readonly keyedHash: () => Promise<KeyedHash>;
  readonly clock: Clock;
  readonly inbox: string;
  readonly work: string;
  readonly tenants: readonly string[];
}

type Envelope = ReturnType<typeof envelope>;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PLACE = /^tenants\/([^/]+)\/in\/([^/]+)\/./;

/**
 * Admits what arrives: an object in the inbox becomes a batch whose execution is named by the batch, so that a duplicate
 * event meets the same execution; an inline message becomes an inbox object first; a malformed event ends as a dead letter.
 */
export async function admit(event: unknown, ports: Ports): Promise<Output> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of read(input, event).Records) {
    try {
      await admitOne(record.body, ports);
    } catch {
      // Back to the queue: it is delivered again, and after five times set aside in the arrivals' own dead-letter queue.
      failures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failures };
}

async function admitOne(body: string, ports: Ports): Promise<void> {
  const event = tryRead(envelope, parse(body));
  if (event === undefined) return await refuse(ports.sha256(body), 'event-malformed', ports);
  if (event.source === 'aws.s3') return await admitObject(event, ports);
  return await admitPosted(event, ports);
}

async function admitObject(event: Envelope, ports: Ports): Promise<void> {
  const created = tryRead(objectCreated, event.detail);
  if (created === undefined || created.bucket.name !== ports.inbox)
    return await refuse(event.id, 'event-malformed', ports);
  const { key, size, 'version-id': version } = created.object;
  await admitDrop(
    { bucket: ports.inbox, key, ...(version === undefined ? {} : { version }) },
    size,
    timeOf(event, ports),
    ports,
  );
}

async function admitDrop(at: ObjectPointer, size: number, arrivedAt: number, ports: Ports): Promise<void> {
  const [, tenant = '', feed = ''] = PLACE.exec(at.key) ?? [];
  const batch = batchId(ports.sha256, at.bucket, at.key, at.version ?? '');
  await ports.ledger.createBatch({
    batch,
    // A folder may say anything, and these go on into keys and executions. What names no tenant is the books' own `-`,
    // where it is seen.
    tenant: ports.tenants.includes(tenant) ? tenant : '-',
    feed: NAME.test(feed) ? feed : '-',
    bucket: at.bucket,
    key: at.key,
    version: at.version ?? '',
    size,
    arrivedAt,
    state: 'admitted',
  });
  await ports.workflows.start('ingest', batch, { batch });
}

async function admitPosted(event: Envelope, ports: Ports): Promise<void> {
  const detail = tryRead(posted, event.detail);
  if (
    detail === undefined ||
    detail.version !== '1' ||
    (detail.message === undefined) === (detail.pointer === undefined)
  ) {
    return await refuse(event.id, 'event-malformed', ports);
  }
  if (!NAME.test(detail.tenant) || !NAME.test(detail.feed)) return await refuse(event.id, 'event-malformed', ports);
  const folder = `tenants/${detail.tenant}/in/${detail.feed}/`;
  if (detail.pointer !== undefined) return await admitPointer(detail.pointer, folder, event, ports);
  // The event's id is part of the name: the same event delivered twice is one object, while a message that is posted
  // again, say after it died, is a drop of its own (SEMANTICS 8.2). S3 raises the event that admits it.
  const name = (await ports.keyedHash())(lengthPrefixed([event.id, detail.message ?? ''])).slice(0, 32);
  // JSON is Unicode, whatever MSH-18 says: the byte order mark tells that what is stored is UTF-8.
  await ports.objects.putIfAbsent(
    { bucket: ports.inbox, key: `${folder}posted/${name}.hl7` },
    `\ufeff${detail.message}`,
  );
}

async function admitPointer(
  pointer: { bucket: string; key: string; version?: string | undefined },
  folder: string,
  event: Envelope,
  ports: Ports,
): Promise<void> {
  if (pointer.bucket !== ports.inbox || !pointer.key.startsWith(folder) || pointer.key.includes('..')) {
    return await refuse(event.id, 'event-pointer-refused', ports);
  }
  const at = {
    bucket: pointer.bucket,
    key: pointer.key,
    ...(pointer.version === undefined ? {} : { version: pointer.version }),
  };
  const head = await ports.objects.head(at);
  if (head === undefined) return await refuse(event.id, 'drop-not-found', ports);
  await admitDrop(
    { ...at, ...(head.version === undefined ? {} : { version: head.version }) },
    head.size,
    timeOf(event, ports),
    ports,
  );
}

/** A refused event is one message, ordinal 0: in = 1, dead = 1 (DESIGN section 9). */
async function refuse(eventId: string, reason: ReasonCode, ports: Ports): Promise<void> {
  const batch = batchId(ports.sha256, 'event', eventId, '');
  const now = ports.clock.now();
  const outcome = { ordinal: 0, start: 0, end: 0, state: 'dead', type: '', reason, stage: 'Admit' } as const;
  await ports.objects.put({ bucket: ports.work, key: layout.outcomes(batch, 0) }, formatLines([outcome]));
  await ports.deadLetters.send([deadLetter(batch, outcome)]);
  await ports.ledger.createBatch({
    ...{
      batch,
      tenant: '-',
      feed: '-',
      bucket: '',
      key: '',
      version: '',
      size: 0,
      arrivedAt: now,
      sealedAt: now,
      closedAt: now,
    },
    ...{
      state: 'closed',
      refused: reason,
      counted: 1,
      chunks: 1,
      counts: { ...noCounts, dead: 1 },
      deadByReason: { [reason]: 1 },
      balanced: true,
    },
  });
}

function timeOf(event: Envelope, ports: Ports): number {
  return ports.clock.parse(event.time) ?? ports.clock.now();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function tryRead<T>(shape: Shape<T>, value: unknown): T | undefined {
  const problems: string[] = [];
  const result = shape(value, '', problems);
  return problems.length === 0 ? result : undefined;
}
