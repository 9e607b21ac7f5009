import type { Call } from './call.ts';
import { requireWriteConditions } from './conditions.ts';
import { type Bucket, requireBucket } from './store.ts';
import { addVersion, latestVersion, type ObjectDraft, type ObjectVersion } from './versions.ts';

export interface Committed {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
}

/**
 * Makes bytes that already lie in files an object: conditions, row and event in one transaction. `also` runs inside it
 * and names files that it dropped. When it throws, nothing has changed and the draft's files are the caller's to drop.
 */
export async function commitObject(
  call: Call,
  draft: ObjectDraft,
  reason: string,
  also?: () => string[],
): Promise<Committed> {
  const { store, outbox } = call;
  const { bucket, change, dropped } = store.transaction(() => {
    const bucket = requireBucket(store, call.bucket);
    requireWriteConditions(call.headers, latestVersion(store, bucket.name, draft.key));
    const change = addVersion(store, bucket, draft);
    outbox.addCreated(bucket, change.version, cause(call, reason));
    return { bucket, change, dropped: also?.() ?? [] };
  });
  outbox.flush();
  await store.files.remove([...change.dropped, ...dropped]);
  return { bucket, version: change.version };
}

export const cause = (call: Call, reason: string) => ({
  reason,
  requestId: call.requestId,
  sourceIp: call.request.socket.remoteAddress ?? '127.0.0.1',
});

/** Writes a draft's file, then commits; the file goes when the commit is refused. */
export async function writeAndCommit(
  call: Call,
  chunks: AsyncIterable<Uint8Array>,
  describe: () => Omit<ObjectDraft, 'key' | 'segments'>,
  reason: string,
): Promise<Committed> {
  const { files } = call.store;
  const file = await files.write(chunks);
  try {
    const described = describe();
    return await commitObject(
      call,
      { ...described, key: call.key, segments: [{ file, size: described.size }] },
      reason,
    );
  } catch (error) {
    await files.remove([file]);
    throw error;
  }
}
