import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Service } from '../../../../local/s3/s3-service.ts';
import { type RunningServer, startServer } from '../../../../local/server.ts';
import type { BusEvent, LocalService } from '../../../../local/service.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface OwnCloud {
  readonly directory: string;
  endpoint(): string;
  readonly events: BusEvent[];
  readonly faults: unknown[];
  /** The path goes out as it is: no client library tidies it. */
  call(method: string, path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Reply>;
  /** Stops and starts again over the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Our S3 and a bus that keeps what it is given; `onPublish` may throw in its place. */
export async function ownCloud(onPublish: () => void = () => {}): Promise<OwnCloud> {
  const directory = mkdtempSync(join(tmpdir(), 'tributary-s3-'));
  const events: BusEvent[] = [];
  const faults: unknown[] = [];
  const bus: LocalService & { publish(event: BusEvent): void } = {
    name: 'events',
    targets: ['AWSEvents.'],
    handle: async () => {},
    stop: async () => {},
    publish(event) {
      onPublish();
      events.push(event);
    },
  };
  const open = (): Promise<RunningServer> =>
    startServer({
      directory,
      port: 0,
      services: (context) => [bus, createS3Service(context)],
      onFault: (_, error) => faults.push(error),
    });
  let server = await open();
  return {
    directory,
    endpoint: () => server.endpoint,
    events,
    faults,
    call: (method, path, body, headers) => call(server.endpoint, method, path, body, headers),
    async restart() {
      await server.stop();
      server = await open();
    },
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function call(
  endpoint: string,
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
