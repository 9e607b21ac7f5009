import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { RetryError } from '../core/errors.ts';
import type { ObjectPointer, ObjectStore } from '../core/ports.ts';
import { asOurError } from './service-error.ts';

type Range = { readonly start: number; readonly end: number };

/** The object store over S3. Missing objects are `undefined`; throttling and outages become our retry errors. */
export function s3ObjectStore(client: S3Client = new S3Client({})): ObjectStore {
  const open = async (at: ObjectPointer, range?: Range) => {
    if (range !== undefined && range.end <= range.start) return { body: undefined, empty: true };
    try {
      const answer = await client.send(
        new GetObjectCommand({
          ...address(at),
          ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` }),
        }),
      );
      return { body: answer.Body, empty: false };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw asOurError(error);
    }
  };
  return {
    async head(at) {
      try {
        const answer = await client.send(new HeadObjectCommand(address(at)));
        return {
          size: answer.ContentLength ?? 0,
          lastModified: answer.LastModified?.getTime() ?? 0,
          ...(answer.VersionId === undefined ? {} : { version: answer.VersionId }),
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw asOurError(error);
      }
    },
    async get(at, range) {
      const opened = await open(at, range);
      if (opened === undefined) return undefined;
      const { body } = opened;
      // A connection may break in the middle of a body; that is the store's fault, and worth another try.
      return body === undefined ? new Uint8Array() : await attempt(() => body.transformToByteArray());
    },
    async *stream(at, range) {
      const opened = await open(at, range);
      if (opened?.body === undefined) return;
      try {
        yield* opened.body as unknown as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw asOurError(error);
      }
    },
    async put(at, body) {
      await attempt(() => client.send(new PutObjectCommand({ ...address(at), ...bodyOf(body) })));
    },
    putIfAbsent: (at, body) =>
      client
        .send(new PutObjectCommand({ ...address(at), ...bodyOf(body), IfNoneMatch: '*' }))
        .then(() => true, notWritten),
    async putStream(at, body) {
      const { Readable } = await import('node:stream');
      await attempt(() => new Upload({ client, params: { ...address(at), Body: Readable.from(body) } }).done());
    },
    async *list(bucket, prefix) {
      let token: string | undefined;
      do {
        const answer = await attempt(() =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const entry of answer.Contents ?? []) yield { key: entry.Key ?? '', size: entry.Size ?? 0 };
        token = answer.NextContinuationToken;
      } while (token !== undefined);
    },
  };
}

function notWritten(error: unknown): false {
  const name = error instanceof S3ServiceException ? error.name : '';
  if (name === 'PreconditionFailed') return false;
  // Another write of this key is under way and may yet fail (S3 user guide, "Conditional writes"): not known, so again.
  throw name === 'ConditionalRequestConflict' ? new RetryError('DestinationUnavailableError') : asOurError(error);
}

// The length is given because the client warns of an empty text as if it were a stream.
function bodyOf(body: Uint8Array | string): { Body: Uint8Array | string; ContentLength: number } {
  return { Body: body, ContentLength: Buffer.byteLength(body) };
}

function address(at: ObjectPointer): { Bucket: string; Key: string; VersionId?: string } {
  return { Bucket: at.bucket, Key: at.key, ...(at.version === undefined ? {} : { VersionId: at.version }) };
}

async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asOurError(error);
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof NoSuchKey ||
    (error instanceof S3ServiceException && ['NotFound', 'NoSuchKey', 'NoSuchVersion'].includes(error.name))
  );
}
