import { ACCOUNT } from '../service.ts';
import { checksumFields } from './attributes.ts';
import { type Answer, type Call, isoSeconds, quoted } from './call.ts';
import { behind, behindPrefix, commonPrefix, nameEncoder, pageSize } from './paging.ts';
import { invalidArgument } from './refusal.ts';
import { requireBucket, type Store } from './store.ts';
import { findVersion, keyBytes, type ObjectVersion, readVersion, sequenceOfVersionId } from './versions.ts';
import type { XmlFields } from './xml.ts';

interface Cursor {
  readonly key: Buffer;
  /** Versions of this very key older than that come next; undefined when the key is still to be begun. */
  readonly olderThan: number | undefined;
}

export function listObjectVersions(call: Call): Answer {
  const { query, store } = call;
  requireBucket(store, call.bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = pageSize(query, 'max-keys', 1000);
  const encode = nameEncoder(query);
  const page = readPage(store, call.bucket, { prefix, delimiter, limit, from: startOf(call) });
  return {
    xml: {
      root: 'ListVersionsResult',
      fields: {
        Name: call.bucket,
        Prefix: encode(prefix),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        KeyMarker: encode(query.get('key-marker') ?? ''),
        VersionIdMarker: query.get('version-id-marker') ?? '',
        EncodingType: query.get('encoding-type'),
        MaxKeys: limit,
        IsTruncated: page.next !== undefined,
        NextKeyMarker: page.next && encode(page.next.key),
        NextVersionIdMarker: page.next?.versionId,
        Version: page.versions.filter((version) => !version.deleteMarker).map((version) => fields(version, encode)),
        DeleteMarker: page.versions.filter((version) => version.deleteMarker).map((version) => fields(version, encode)),
        CommonPrefixes: page.prefixes.map((name) => ({ Prefix: encode(name) })),
      },
    },
  };
}

function startOf({ query, store, bucket }: Call): Cursor | undefined {
  const key = query.get('key-marker') ?? '';
  const id = query.get('version-id-marker') ?? '';
  if (id !== '' && key === '') {
    throw invalidArgument('version-id-marker', 'A version-id marker cannot be specified without a key marker.');
  }
  if (key === '') return undefined;
  // A marker may name a common prefix; everything below it was shown as that one entry.
  const isPrefix = commonPrefix(key, query.get('prefix') ?? '', query.get('delimiter') ?? '') === key;
  if (isPrefix) return { key: behindPrefix(keyBytes(key)), olderThan: undefined };
  if (id === '') return { key: behind(keyBytes(key)), olderThan: undefined };
  const olderThan = findVersion(store, bucket, key, id)?.sequence ?? sequenceOfVersionId(id);
  // The `null` version that the marker named is gone: begin this key again rather than miss one.
  return { key: keyBytes(key), olderThan: olderThan ?? Number.MAX_SAFE_INTEGER };
}

function fields(version: ObjectVersion, encode: (name: string) => string): XmlFields {
  const shared = {
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: version.latest,
    LastModified: isoSeconds(version.modifiedMs),
    Owner: { ID: ACCOUNT },
  };
  if (version.deleteMarker) return shared;
  const content = { ETag: quoted(version.etag), ...checksumFields(version.attributes), Size: version.size };
  return { ...shared, ...content, StorageClass: 'STANDARD' };
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly from: Cursor | undefined;
}

interface Page {
  readonly versions: ObjectVersion[];
  readonly prefixes: string[];
  /** The markers of the next page, which name the last entry of this one. */
  next: { readonly key: string; readonly versionId?: string } | undefined;
}

function readPage(store: Store, bucket: string, { prefix, delimiter, limit, from }: PageRequest): Page {
  const page: Page = { versions: [], prefixes: [], next: undefined };
  const start = keyBytes(prefix);
  let cursor: Cursor = from && Buffer.compare(from.key, start) > 0 ? from : { key: start, olderThan: undefined };
  let last: Page['next'];
  if (limit === 0) return page;
  for (;;) {
    const version = nextVersion(store, bucket, cursor, behindPrefix(start));
    if (!version) return page;
    if (page.versions.length + page.prefixes.length === limit) {
      page.next = last;
      return page;
    }
    const common = commonPrefix(version.key, prefix, delimiter);
    if (common === undefined) page.versions.push(version);
    else page.prefixes.push(common);
    last = common === undefined ? { key: version.key, versionId: version.versionId } : { key: common };
    cursor =
      common === undefined
        ? { key: keyBytes(version.key), olderThan: version.sequence }
        : { key: behindPrefix(keyBytes(common)), olderThan: undefined };
  }
}

/** Keys rise, versions of one key fall: two look-ups, as one comparison cannot say both. */
function nextVersion(store: Store, bucket: string, cursor: Cursor, end: Buffer): ObjectVersion | undefined {
  const older =
    cursor.olderThan === undefined
      ? undefined
      : store
          .sql(
            'SELECT * FROM versions WHERE bucket = ? AND key = ? AND key < ? AND sequence < ? ORDER BY sequence DESC LIMIT 1',
          )
          .get(bucket, cursor.key, end, cursor.olderThan);
  const from = cursor.olderThan === undefined ? cursor.key : behind(cursor.key);
  const row =
    older ??
    store
      .sql('SELECT * FROM versions WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, sequence DESC LIMIT 1')
      .get(bucket, from, end);
  return row && readVersion(row);
}
