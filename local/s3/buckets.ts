import { REGION } from '../service.ts';
import { type Answer, type Call, isoSeconds } from './call.ts';
import { pageSize, readToken, writeToken } from './paging.ts';
import { readDocument } from './payload.ts';
import { malformedXml, Refusal } from './refusal.ts';
import { readBucket, requireBucket } from './store.ts';
import { childText, parseXml, requireKnownChildren } from './xml.ts';

const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z\d][a-z\d.-]{1,61}[a-z\d]$/;

export async function createBucket(call: Call): Promise<Answer> {
  if (!NAME.test(call.bucket)) throw new Refusal('InvalidBucketName', 'The specified bucket is not valid.');
  const source = await readDocument(call.request, call.headers);
  if (source !== '') {
    const document = parseXml(source, 'CreateBucketConfiguration');
    requireKnownChildren(document, ['LocationConstraint']);
    // us-east-1 is the one region that has no constraint.
    if ((childText(document, 'LocationConstraint') ?? '') !== '') {
      throw new Refusal('InvalidLocationConstraint', 'The specified location-constraint is not valid');
    }
  }
  // In us-east-1 creating a bucket that one owns already succeeds.
  const sql = 'INSERT INTO buckets (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING';
  call.store.sql(sql).run(call.bucket, call.store.now());
  return { headers: { location: `/${call.bucket}` } };
}

export function headBucket(call: Call): Answer {
  requireBucket(call.store, call.bucket);
  return { headers: { 'x-amz-bucket-region': REGION } };
}

export function listBuckets(call: Call): Answer {
  const prefix = call.query.get('prefix') ?? '';
  const after = readToken(call.query.get('continuation-token'))?.toString('utf8') ?? '';
  const limit = pageSize(call.query, 'max-buckets', 10_000);
  const named = call.store
    .sql('SELECT * FROM buckets WHERE name > ? ORDER BY name')
    .all(after)
    .map(readBucket)
    .filter(({ name }) => name.startsWith(prefix));
  const page = named.slice(0, limit);
  const last = page.at(-1);
  return {
    xml: {
      root: 'ListAllMyBucketsResult',
      fields: {
        Buckets: { Bucket: page.map(({ name, createdMs }) => ({ Name: name, CreationDate: isoSeconds(createdMs) })) },
        ContinuationToken: named.length > limit && last ? writeToken(Buffer.from(last.name)) : undefined,
        Prefix: call.query.get('prefix'),
      },
    },
  };
}

export async function deleteBucket(call: Call): Promise<Answer> {
  const { store } = call;
  const dropped = store.transaction(() => {
    requireBucket(store, call.bucket);
    if (store.sql('SELECT 1 FROM versions WHERE bucket = ? LIMIT 1').get(call.bucket)) {
      throw new Refusal('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    }
    const parts = store
      .sql('SELECT file FROM parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = ?)')
      .all(call.bucket);
    store.sql('DELETE FROM parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = ?)').run(call.bucket);
    store.sql('DELETE FROM uploads WHERE bucket = ?').run(call.bucket);
    store.sql('DELETE FROM buckets WHERE name = ?').run(call.bucket);
    return parts.map((row) => String(row['file']));
  });
  await store.files.remove(dropped);
  return { status: 204 };
}

export function getBucketVersioning(call: Call): Answer {
  const { versioning } = requireBucket(call.store, call.bucket);
  return { xml: { root: 'VersioningConfiguration', fields: { Status: versioning } } };
}

export async function putBucketVersioning(call: Call): Promise<Answer> {
  requireBucket(call.store, call.bucket);
  const document = parseXml(await readDocument(call.request, call.headers), 'VersioningConfiguration');
  requireKnownChildren(document, ['Status']);
  const status = childText(document, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  call.store.sql('UPDATE buckets SET versioning = ? WHERE name = ?').run(status, call.bucket);
  return {};
}

export function getBucketNotification(call: Call): Answer {
  const { eventBridge } = requireBucket(call.store, call.bucket);
  return { xml: { root: 'NotificationConfiguration', fields: eventBridge ? { EventBridgeConfiguration: {} } : {} } };
}

/** EventBridge is the only target; queues, topics and functions answer `NotImplemented`. */
export async function putBucketNotification(call: Call): Promise<Answer> {
  requireBucket(call.store, call.bucket);
  const document = parseXml(await readDocument(call.request, call.headers), 'NotificationConfiguration');
  requireKnownChildren(document, ['EventBridgeConfiguration']);
  const wanted = document.children.length > 0 ? 1 : 0;
  call.store.sql('UPDATE buckets SET event_bridge = ? WHERE name = ?').run(wanted, call.bucket);
  return {};
}
