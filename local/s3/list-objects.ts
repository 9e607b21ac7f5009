import { ACCOUNT } from '../service.ts';
import { checksumFields } from './attributes.ts';
import { type Answer, type Call, isoSeconds, quoted } from './call.ts';
import { behind, behindPrefix, commonPrefix, nameEncoder, pageSize, readToken, writeToken } from './paging.ts';
import { requireBucket, type Store } from './store.ts';
import { keyBytes, type ObjectVersion, readVersion } from './versions.ts';
import type { XmlFields } from './xml.ts';

export function listObjectsV2(call: Call): Answer {
  const { query, store } = call;
  requireBucket(store, call.bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const limit = pageSize(query, 'max-keys', 1000);
  const encode = nameEncoder(query);
  const from = readToken(token) ?? (startAfter === undefined ? undefined : behind(keyBytes(startAfter)));
  const page = readPage(store, call.bucket, { prefix, delimiter, limit, from });
  const withOwner = query.get('fetch-owner') === 'true';
  return {
    xml: {
      root: 'ListBucketResult',
      fields: {
        Name: call.bucket,
        Prefix: encode(prefix),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        StartAfter: startAfter === undefined ? undefined : encode(startAfter),
        ContinuationToken: token,
        EncodingType: query.get('encoding-type'),
        KeyCount: page.objects.length + page.prefixes.length,
        MaxKeys: limit,
        IsTruncated: page.next !== undefined,
        NextContinuationToken: page.next && writeToken(page.next),
        Contents: page.objects.map((version) => contents(version, encode, withOwner)),
        CommonPrefixes: page.prefixes.map((name) => ({ Prefix: encode(name) })),
      },
    },
  };
}

function contents(version: ObjectVersion, encode: (name: string) => string, withOwner: boolean): XmlFields {
  return {
    Key: encode(version.key),
    LastModified: isoSeconds(version.modifiedMs),
    ETag: quoted(version.etag),
    ...checksumFields(version.attributes),
    Size: version.size,
    Owner: withOwner ? { ID: ACCOUNT } : undefined,
    StorageClass: 'STANDARD',
  };
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly from: Buffer | undefined;
}

interface Page {
  readonly objects: ObjectVersion[];
  readonly prefixes: string[];
  /** Where the next page starts; undefined at the end. */
  next: Buffer | undefined;
}

/** Jumps over everything below a common prefix, so that a page costs what it shows and not what it hides. */
function readPage(store: Store, bucket: string, { prefix, delimiter, limit, from }: PageRequest): Page {
  const page: Page = { objects: [], prefixes: [], next: undefined };
  const end = behindPrefix(keyBytes(prefix));
  const start = keyBytes(prefix);
  let cursor = from && Buffer.compare(from, start) > 0 ? from : start;
  if (limit === 0) return page;
  for (;;) {
    const row = store
      .sql(
        'SELECT * FROM versions WHERE bucket = ? AND latest = 1 AND marker = 0 AND key >= ? AND key < ? ORDER BY key LIMIT 1',
      )
      .get(bucket, cursor, end);
    if (!row) return page;
    if (page.objects.length + page.prefixes.length === limit) {
      page.next = cursor;
      return page;
    }
    const version = readVersion(row);
    const common = commonPrefix(version.key, prefix, delimiter);
    if (common === undefined) page.objects.push(version);
    else page.prefixes.push(common);
    cursor = common === undefined ? behind(keyBytes(version.key)) : behindPrefix(keyBytes(common));
  }
}
