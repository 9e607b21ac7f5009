import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';

let directory: string;
let child: ChildProcess;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-kill-'));
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

async function serve(): Promise<S3Client> {
  const program = new URL('./serve-s3.ts', import.meta.url).pathname;
  child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return new S3Client({
    endpoint: line.toString().trim(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

it('after kill -9 every acknowledged put is whole, and no half-written file is left', async () => {
  const s3 = await serve();
  await s3.send(new CreateBucketCommand({ Bucket: 'killed' }));
  const acknowledged = new Map<string, string>();
  const write = async (worker: number): Promise<void> => {
    for (let n = 0; ; n++) {
      // The same few keys again and again, so that replacing is under way when the kill comes.
      const Key = `${worker}/${n % 5}`;
      const Body = randomBytes(200_000);
      await s3.send(new PutObjectCommand({ Bucket: 'killed', Key: `${Key}-${n}`, Body }));
      acknowledged.set(`${Key}-${n}`, md5(Body));
      await s3.send(new PutObjectCommand({ Bucket: 'killed', Key, Body: `${n}` }));
    }
  };
  const writers = Promise.allSettled([0, 1, 2, 3].map(write));
  while (acknowledged.size < 60) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await writers;

  const again = await serve();
  for (const [Key, expected] of acknowledged) {
    const { Body } = await again.send(new GetObjectCommand({ Bucket: 'killed', Key }));
    expect(md5((await Body?.transformToByteArray()) as Uint8Array)).toBe(expected);
  }
  const { KeyCount } = await again.send(new ListObjectsV2Command({ Bucket: 'killed' }));
  expect(readdirSync(join(directory, 's3', 'objects'))).toHaveLength(KeyCount as number);
});
