import { ACCOUNT, type BusEvent, type CloudContext } from '../service.ts';
import type { Bucket, Store } from './store.ts';
import type { ObjectVersion } from './versions.ts';

/** What the event tells of the request that caused it. */
export interface Cause {
  /** API name of the operation, such as `PutObject`. */
  readonly reason: string;
  readonly requestId: string;
  readonly sourceIp: string;
}

const RETRY_MS = 1000;

/**
 * Events of buckets with EventBridge on (S3 user guide, "EventBridge event message structure"). An event is written in
 * the transaction of the change that it tells of, so that a kill between the two cannot lose it; a kill after
 * publishing gives it twice, as S3 may.
 */
export class Outbox {
  private readonly store: Store;
  private readonly context: CloudContext;
  private cancelRetry: (() => void) | undefined;
  private isStopped = false;

  constructor(store: Store, context: CloudContext) {
    this.store = store;
    this.context = context;
  }

  /** Inside the transaction of the change. */
  addCreated(bucket: Bucket, version: ObjectVersion, cause: Cause): void {
    const object = { key: version.key, size: version.size, etag: version.etag };
    this.add(bucket, 'Object Created', object, version, cause, {});
  }

  /** Inside the transaction of the change; `sequence` orders it among the changes of its key. */
  addDeleted(bucket: Bucket, version: ObjectVersion, sequence: number, cause: Cause): void {
    const type =
      version.deleteMarker && version.sequence === sequence ? 'Delete Marker Created' : 'Permanently Deleted';
    this.add(bucket, 'Object Deleted', { key: version.key }, { ...version, sequence }, cause, {
      'deletion-type': type,
    });
  }

  private add(
    bucket: Bucket,
    type: string,
    object: object,
    version: Pick<ObjectVersion, 'versionId' | 'sequence'>,
    cause: Cause,
    more: object,
  ): void {
    if (!bucket.eventBridge) return;
    const event: BusEvent = {
      source: 'aws.s3',
      'detail-type': type,
      resources: [`arn:aws:s3:::${bucket.name}`],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: {
          ...object,
          ...(bucket.versioning === undefined ? {} : { 'version-id': version.versionId }),
          sequencer: version.sequence.toString(16).toUpperCase().padStart(18, '0'),
        },
        'request-id': cause.requestId,
        requester: ACCOUNT,
        'source-ip-address': cause.sourceIp,
        reason: cause.reason,
        ...more,
      },
    };
    this.store.sql('INSERT INTO outbox (event) VALUES (?)').run(JSON.stringify(event));
  }

  /** Publishes what waits; what the bus does not take is tried again after a second. */
  flush(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    if (this.isStopped) return;
    try {
      while (this.publishSome() > 0);
    } catch {
      this.cancelRetry = this.context.timers.after(RETRY_MS, () => this.flush());
    }
  }

  /** In small runs: while the bus is down, every put comes by here. */
  private publishSome(): number {
    const rows = this.store.sql('SELECT id, event FROM outbox ORDER BY id LIMIT 50').all();
    for (const row of rows) {
      this.context.publish(JSON.parse(String(row['event'])) as BusEvent);
      this.store.sql('DELETE FROM outbox WHERE id = ?').run(Number(row['id']));
    }
    return rows.length;
  }

  /** What still waits is published at the next start. */
  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
  }
}
