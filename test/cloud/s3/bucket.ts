import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { cloudEndpoint } from '../endpoint.ts';

export interface Laboratory {
  readonly s3: S3Client;
  readonly endpoint: string;
  /** Makes a bucket with a name of its own; it is emptied and deleted at the end. */
  bucket(settings?: { readonly versioned?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

/** A client and the buckets of one test file. */
export async function openLaboratory(): Promise<Laboratory> {
  const cloud = await cloudEndpoint();
  const s3 = new S3Client({ endpoint: cloud.endpoint, forcePathStyle: true });
  const buckets: string[] = [];
  return {
    s3,
    endpoint: cloud.endpoint,
    async bucket(settings = {}) {
      const name = `tributary-test-${randomBytes(8).toString('hex')}`;
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      buckets.push(name);
      if (settings.versioned) {
        const VersioningConfiguration = { Status: 'Enabled' as const };
        await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
      }
      return name;
    },
    async stop() {
      for (const name of buckets) await removeBucket(s3, name);
      s3.destroy();
      await cloud.stop();
    },
  };
}

async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: Key as string, VersionId: VersionId as string }));
    }
    if (!page.IsTruncated) break;
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** The name and status of the error that a call must end with. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call was expected to be refused');
}
