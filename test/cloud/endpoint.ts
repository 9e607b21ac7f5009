import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamodbService } from '../../local/dynamodb/dynamodb-service.ts';
import { createEventsService } from '../../local/events/events-service.ts';
import { createS3Service } from '../../local/s3/s3-service.ts';
import { startServer } from '../../local/server.ts';
import type { CloudContext, LocalService } from '../../local/service.ts';
import { createSqsService } from '../../local/sqs/sqs-service.ts';

/**
 * The endpoint that the black-box suites drive: `TRIBUTARY_ENDPOINT` when it is set (another emulator, or AWS's own),
 * else an embedded cloud of our own in a temporary folder. Credentials and region are the environment's; where it has
 * none, made-up ones are set, which no service here checks.
 */
export async function cloudEndpoint(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  process.env['AWS_REGION'] ??= 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const given = process.env['TRIBUTARY_ENDPOINT'];
  if (given) return { endpoint: given, stop: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), 'tributary-cloud-'));
  const server = await startServer({
    directory,
    port: 0,
    services: (context) => [...messaging(context), createS3Service(context), createDynamodbService(context)],
    onFault: (service, error) => console.error(`fault in ${service}:`, error),
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { endpoint: server.endpoint, stop };
}

/** Queues, and the bus that delivers to them. */
function messaging(context: CloudContext): LocalService[] {
  const sqs = createSqsService(context);
  const events = createEventsService(context, {
    queue: (arn, body, attributes) => sqs.sendInternally(arn.split(':').at(-1) ?? '', body, attributes),
  });
  return [sqs, events];
}
