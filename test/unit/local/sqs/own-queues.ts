import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type RunningServer, startServer } from '../../../../local/server.ts';
import type { Timers } from '../../../../local/service.ts';
import type { SqsQueues } from '../../../../local/sqs/internal-queues.ts';
import { createSqsService } from '../../../../local/sqs/sqs-service.ts';

/** Our SQS on a port of its own, over a folder that outlives a restart. */
export async function ownQueues(timers?: Timers) {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-sqs-'));
  let server: RunningServer;
  let queues: SqsQueues;
  let client: SQSClient;
  const open = async (): Promise<void> => {
    server = await startServer({
      directory,
      port: 0,
      ...(timers ? { timers } : {}),
      services: (context) => {
        const service = createSqsService(context);
        queues = service;
        return [service];
      },
    });
    client = new SQSClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  await open();
  return {
    client: () => client,
    queues: () => queues,
    endpoint: () => server.endpoint,
    async restart(): Promise<void> {
      await close();
      await open();
    },
    async stop(): Promise<void> {
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
