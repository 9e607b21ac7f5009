import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../../local/database.ts';

const SENDER = `
  import { createSqsService } from '${new URL('../../../../local/sqs/sqs-service.ts', import.meta.url)}';
  import { openDatabase } from '${new URL('../../../../local/database.ts', import.meta.url)}';
  import { createQueueStore, SQS_SCHEMA } from '${new URL('../../../../local/sqs/queue-store.ts', import.meta.url)}';
  import { DEFAULTS } from '${new URL('../../../../local/sqs/queue-attributes.ts', import.meta.url)}';
  const directory = process.argv.at(-1);
  createQueueStore(openDatabase(directory, 'sqs', SQS_SCHEMA)).put({ name: 'q', createdMs: 0, modifiedMs: 0, attributes: DEFAULTS, tags: {} });
  const timers = { now: () => Date.now(), after: () => () => {} };
  const queues = createSqsService({ directory, timers, endpoint: () => '', publish: () => {} });
  for (let at = 0; ; at += 1) {
    queues.sendInternally('q', 'message ' + at);
    process.stdout.write(at + '\\n');
  }
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-kill-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('every message whose send had returned is there after kill -9', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SENDER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    if (output.split('\n').length > 200) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  const acknowledged = output.split('\n').slice(0, -1);
  expect(acknowledged.length).toBeGreaterThan(100);
  const kept = openDatabase(directory, 'sqs', '').prepare('SELECT body FROM messages').all() as { body: string }[];
  const bodies = new Set(kept.map((row) => row.body));
  expect(acknowledged.filter((at) => !bodies.has(`message ${at}`))).toEqual([]);
});
