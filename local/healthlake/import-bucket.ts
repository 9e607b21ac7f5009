import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { REGION } from '../service.ts';
import { parseS3Uri } from './import-order.ts';

export interface InputFile {
  readonly key: string;
  readonly size: number;
}

/** The import's view of S3: what it lists, reads and writes. */
export interface ImportBucket {
  /** Every `*.ndjson` below a location, in order of key. */
  list(uri: string): Promise<InputFile[]>;
  read(uri: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  putText(uri: string, name: string, text: string): Promise<void>;
  /** Sends a local file as one object. */
  putFile(uri: string, name: string, file: string): Promise<void>;
  close(): void;
}

export function openImportBucket(endpoint: string): ImportBucket {
  const client = new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    async list(uri) {
      const { bucket, key: prefix } = parseS3Uri(uri);
      const files: InputFile[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        for (const { Key: key = '', Size: size = 0 } of page.Contents ?? [])
          if (key.endsWith('.ndjson')) files.push({ key, size });
        token = page.NextContinuationToken;
      } while (token);
      return files.sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async read(uri, key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: parseS3Uri(uri).bucket, Key: key }));
      return Body as Readable;
    },
    async putText(uri, name, text) {
      const { bucket, key } = parseS3Uri(uri);
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key + name, Body: text, ContentLength: Buffer.byteLength(text) }),
      );
    },
    async putFile(uri, name, file) {
      const { bucket, key } = parseS3Uri(uri);
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key + name,
          Body: createReadStream(file),
          ContentLength: statSync(file).size,
        }),
      );
    },
    close: () => client.destroy(),
  };
}
