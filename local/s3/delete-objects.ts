import type { Answer, Call } from './call.ts';
import { cause } from './commit-object.ts';
import { requireWriteConditions } from './conditions.ts';
import { readDocument } from './payload.ts';
import { malformedXml } from './refusal.ts';
import { type Bucket, requireBucket } from './store.ts';
import { addDeleteMarker, findVersion, latestVersion, removeVersion } from './versions.ts';
import { childText, parseXml, requireKnownChildren, type XmlElement, type XmlFields } from './xml.ts';

interface Deletion {
  /** The version that was removed, or the delete marker that was added. */
  readonly versionId?: string;
  readonly deleteMarker: boolean;
  readonly dropped: readonly string[];
}

export async function deleteObject(call: Call): Promise<Answer> {
  const { store } = call;
  const versionId = call.query.get('versionId');
  const deletion = store.transaction(() => {
    const bucket = requireBucket(store, call.bucket);
    if (call.headers.has('if-match')) requireWriteConditions(call.headers, latestVersion(store, bucket.name, call.key));
    return deleteOne(call, bucket, call.key, versionId, 'DeleteObject');
  });
  call.outbox.flush();
  await store.files.remove(deletion.dropped);
  return {
    status: 204,
    headers: {
      'x-amz-delete-marker': deletion.deleteMarker ? 'true' : undefined,
      'x-amz-version-id': deletion.versionId,
    },
  };
}

/** Inside a transaction. What does not exist counts as deleted, as with S3. */
function deleteOne(call: Call, bucket: Bucket, key: string, versionId: string | undefined, reason: string): Deletion {
  const { store, outbox } = call;
  if (versionId === undefined && bucket.versioning !== undefined) {
    const { version, dropped } = addDeleteMarker(store, bucket, key);
    outbox.addDeleted(bucket, version, version.sequence, cause(call, reason));
    return { versionId: version.versionId, deleteMarker: true, dropped };
  }
  const version = findVersion(store, bucket.name, key, versionId ?? 'null');
  const named = versionId === undefined ? {} : { versionId };
  if (!version) return { ...named, deleteMarker: false, dropped: [] };
  const dropped = removeVersion(store, bucket, version);
  outbox.addDeleted(bucket, version, store.nextSequence(), cause(call, reason));
  return { ...named, deleteMarker: version.deleteMarker, dropped };
}

export async function deleteObjects(call: Call): Promise<Answer> {
  const { store } = call;
  requireBucket(store, call.bucket);
  const { targets, quiet } = readTargets(await readDocument(call.request, call.headers));
  const deletions = store.transaction(() => {
    const bucket = requireBucket(store, call.bucket);
    return targets.map((target) => ({
      target,
      deletion: deleteOne(call, bucket, target.key, target.versionId, 'DeleteObjects'),
    }));
  });
  call.outbox.flush();
  await store.files.remove(deletions.flatMap(({ deletion }) => deletion.dropped));
  const deleted = deletions.map(({ target, deletion }) => deletedFields(target, deletion));
  return { xml: { root: 'DeleteResult', fields: quiet ? {} : { Deleted: deleted } } };
}

interface Target {
  readonly key: string;
  readonly versionId?: string;
}

function readTargets(source: string): { targets: Target[]; quiet: boolean } {
  const document = parseXml(source, 'Delete');
  requireKnownChildren(document, ['Object', 'Quiet']);
  const targets = document.children.filter((child) => child.name === 'Object').map(readTarget);
  if (targets.length === 0 || targets.length > 1000) throw malformedXml();
  return { targets, quiet: childText(document, 'Quiet')?.trim() === 'true' };
}

function readTarget(element: XmlElement): Target {
  requireKnownChildren(element, ['Key', 'VersionId']);
  const key = childText(element, 'Key');
  const versionId = childText(element, 'VersionId');
  if (key === undefined || key === '') throw malformedXml();
  return versionId === undefined ? { key } : { key, versionId };
}

function deletedFields(target: Target, deletion: Deletion): XmlFields {
  return {
    Key: target.key,
    VersionId: target.versionId,
    DeleteMarker: deletion.deleteMarker ? true : undefined,
    DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
  };
}
