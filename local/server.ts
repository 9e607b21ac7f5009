import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lockDirectory } from './directory-lock.ts';
import { chooseService, requireOwnHost } from './router.ts';
import type { BusEvent, CloudContext, LocalService, Timers } from './service.ts';
import { realTimers } from './timers.ts';
import { ServiceError } from './wire.ts';

export interface ServerSettings {
  /** Everything the cloud keeps lies below it; created when absent, readable by its owner only. */
  readonly directory: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Makes the services; one that has a `publish` carries the events of all the others. */
  readonly services: (context: CloudContext) => readonly LocalService[];
  readonly timers?: Timers;
  /** Told of every fault in a handler; the client sees `InternalFailure` alone. */
  readonly onFault?: (serviceName: string, error: unknown) => void;
}

export interface RunningServer {
  readonly endpoint: string;
  readonly context: CloudContext;
  /** Stops the services, last first, then ends every connection. */
  stop(): Promise<void>;
}

type Publisher = LocalService & { publish(event: BusEvent): void };

/** Opens the one port of the embedded cloud, on 127.0.0.1 only. Rejects when the port or the directory is taken. */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  mkdirSync(settings.directory, { recursive: true, mode: 0o700 });
  const unlockDirectory = lockDirectory(settings.directory);
  let endpoint: string | undefined;
  let publisher: Publisher | undefined;
  const context: CloudContext = {
    directory: settings.directory,
    timers: settings.timers ?? realTimers(),
    endpoint: () => {
      if (endpoint === undefined) throw new Error('The port is not open yet');
      return endpoint;
    },
    publish: (event) => {
      if (!publisher) throw new Error('No service of this cloud carries events');
      publisher.publish(event);
    },
  };
  const services = makeServices(settings, context, unlockDirectory);
  publisher = services.find((service): service is Publisher => 'publish' in service);
  const stopped = new Set<LocalService>();
  const server = createServer((request, response) => {
    void answer({ services, stopped, onFault: settings.onFault }, request, response);
  });
  // Clients keep connections for reuse; a short limit here would race with their next request.
  server.keepAliveTimeout = 65_000;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll(server, services, stopped, settings.onFault).finally(unlockDirectory);
    return stopping;
  };
  try {
    endpoint = await listen(server, settings.port);
    for (const service of services) service.start?.();
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, context, stop };
}

function makeServices(settings: ServerSettings, context: CloudContext, unlockDirectory: () => void) {
  try {
    return settings.services(context);
  } catch (error) {
    unlockDirectory();
    throw error;
  }
}

/** Services that use others come after them in the list, so they stop before them; one that fails stops no other. */
async function stopAll(
  server: Server,
  services: readonly LocalService[],
  stopped: Set<LocalService>,
  onFault: ServerSettings['onFault'],
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const service of services.toReversed()) {
    await service.stop().catch((error: unknown) => onFault?.(service.name, error));
    stopped.add(service);
  }
  server.closeAllConnections();
  await closed;
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

interface Dispatch {
  readonly services: readonly LocalService[];
  readonly stopped: ReadonlySet<LocalService>;
  readonly onFault: ServerSettings['onFault'];
}

async function answer(dispatch: Dispatch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let service: LocalService | undefined;
  try {
    requireOwnHost(request);
    service = chooseService(dispatch.services, request);
    if (dispatch.stopped.has(service))
      throw new ServiceError('ServiceUnavailable', 'The embedded cloud is stopping', 503);
    await service.handle(request, response);
  } catch (error) {
    if (!(error instanceof ServiceError)) dispatch.onFault?.(service?.name ?? 'router', error);
    sendFailure(response, service?.name === 's3', error);
  }
}

/** A fault's own text could hold what a message held, so none of it is sent. */
function sendFailure(response: ServerResponse, asXml: boolean, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof ServiceError ? error : new ServiceError('InternalFailure', 'The embedded cloud failed', 500);
  const body = asXml
    ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${known.code}</Code><Message>${known.message}</Message></Error>`
    : JSON.stringify({ __type: known.code, message: known.message });
  response.writeHead(known.status, {
    'content-type': asXml ? 'application/xml' : 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amzn-errortype': known.code,
  });
  response.end(body);
}
