import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalService } from '../../../local/service.ts';
import { readBody } from '../../../local/wire.ts';

export interface TinyBucket extends LocalService {
  /** Objects by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
}

/** Just enough of S3 for an import to list, read and write: these tests are about HealthLake. */
export function tinyBucket(): TinyBucket {
  const objects = new Map<string, Buffer>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://local');
    const path = decodeURIComponent(url.pathname.slice(1));
    if (path.startsWith('missing')) return send(response, 404, '<Error><Code>NoSuchBucket</Code></Error>');
    if (request.method === 'PUT') {
      objects.set(path, await readBody(request, 1e9));
      return send(response, 200, '');
    }
    if (url.searchParams.has('list-type'))
      return send(response, 200, listing(path.replace(/\/$/, ''), url.searchParams.get('prefix') ?? ''));
    const found = objects.get(path);
    return found ? send(response, 200, found) : send(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
  };
  const listing = (bucket: string, prefix: string) => {
    const keys = [...objects.keys()].filter((name) => name.startsWith(`${bucket}/${prefix}`));
    const rows = keys.map(
      (name) =>
        `<Contents><Key>${name.slice(bucket.length + 1)}</Key><Size>${objects.get(name)?.length}</Size></Contents>`,
    );
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`;
  };
  return { name: 's3', targets: [], handle, stop: async () => {}, objects };
}

function send(response: ServerResponse, status: number, body: Buffer | string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': bytes.length, etag: '"0"' });
  response.end(bytes);
}
