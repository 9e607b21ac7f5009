import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../../../local/server.ts';
import type { BusEvent, CloudContext, LocalService } from '../../../../local/service.ts';
import { ServiceError } from '../../../../local/wire.ts';
import { call } from '../s3/own-cloud.ts';

let directory: string;
let running: RunningServer[];
let log: string[];
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'tributary-server-')), 'state');
  running = [];
  log = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

const service = (name: string, more: Partial<LocalService> = {}): LocalService => ({
  name,
  targets: [],
  handle: async (_, response) => void response.end(name),
  start: () => log.push(`start ${name}`),
  stop: async () => void log.push(`stop ${name}`),
  ...more,
});

async function start(
  services: readonly LocalService[] | ((context: CloudContext) => LocalService[]),
): Promise<RunningServer> {
  const server = await startServer({
    directory,
    port: 0,
    services: (context) => (typeof services === 'function' ? services(context) : services),
    onFault: (name, error) => log.push(`fault ${name} ${(error as Error).message}`),
  });
  running.push(server);
  return server;
}

describe('the one port', () => {
  it('finds a service by target, then by path, and gives all else to S3', async () => {
    const { endpoint } = await start([
      service('queue', { targets: ['AmazonSQS.'] }),
      service('lambda', { owns: (request) => request.url?.startsWith('/2015-03-31/') ?? false }),
      service('s3'),
    ]);
    const reply = async (path: string, target?: string) =>
      (await call(endpoint, 'POST', path, '', target ? { 'x-amz-target': target } : {})).text;
    expect(await reply('/', 'AmazonSQS.SendMessage')).toBe('queue');
    expect(await reply('/2015-03-31/functions/a/invocations')).toBe('lambda');
    expect(await reply('/bucket/key')).toBe('s3');
  });

  it('answers an unknown target with UnknownOperationException', async () => {
    const { endpoint } = await start([service('s3')]);
    const reply = await call(endpoint, 'POST', '/', '{}', { 'x-amz-target': 'Kinesis_20131202.PutRecord' });
    expect([reply.status, JSON.parse(reply.text).__type]).toEqual([400, 'UnknownOperationException']);
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost@evil.example', '[::1]'])(
    'refuses the host %s',
    async (host) => {
      const { endpoint } = await start([service('s3')]);
      const reply = await call(endpoint, 'GET', '/', '', { host });
      expect([reply.status, JSON.parse(reply.text).__type]).toEqual([403, 'AccessDeniedException']);
    },
  );

  it('refuses a page of another origin', async () => {
    const { endpoint } = await start([service('s3')]);
    expect((await call(endpoint, 'POST', '/b?delete', '', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await call(endpoint, 'POST', '/b?delete', '', { origin: endpoint })).status).toBe(200);
  });

  it('is bound to 127.0.0.1 alone', async () => {
    const { endpoint } = await start([service('s3')]);
    const elsewhere = endpoint.replace('127.0.0.1', '127.0.0.2');
    await expect(call(elsewhere, 'GET', '/', '', { host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it.each(['s3', 'other'])('a fault in %s is told without its content', async (name) => {
    const handle = async () => {
      throw new Error('CANARY-DOE-JOHN');
    };
    const { endpoint } = await start([service(name, { handle, targets: ['X.'] })]);
    const reply = await call(endpoint, 'POST', '/', '', name === 's3' ? {} : { 'x-amz-target': 'X.Y' });
    expect([reply.status, reply.text.includes('InternalFailure'), reply.text.includes('CANARY')]).toEqual([
      500,
      true,
      false,
    ]);
    expect(reply.text.startsWith('<')).toBe(name === 's3');
    expect(log).toContain(`fault ${name} CANARY-DOE-JOHN`);
  });

  it('a refusal that a handler did not answer itself keeps its name and status', async () => {
    const handle = async () => {
      throw new ServiceError('ThrottlingException', 'Rate exceeded', 429);
    };
    const { endpoint } = await start([service('other', { handle, targets: ['X.'] })]);
    const reply = await call(endpoint, 'POST', '/', '', { 'x-amz-target': 'X.Y' });
    expect([reply.status, JSON.parse(reply.text).__type]).toEqual([429, 'ThrottlingException']);
    expect(log.some((line) => line.startsWith('fault'))).toBe(false);
  });
});

describe('the life of the cloud', () => {
  it('starts services once the port is open, and stops them last first', async () => {
    let seen = '';
    const server = await start((context) => {
      expect(() => context.endpoint()).toThrow();
      const begin = () => {
        seen = context.endpoint();
      };
      return [service('first', { start: begin }), service('s3')];
    });
    expect(seen).toBe(server.endpoint);
    await server.stop();
    expect(log).toEqual(['start s3', 'stop s3', 'stop first']);
  });

  it('carries events to whichever service publishes', async () => {
    const events: BusEvent[] = [];
    const event: BusEvent = { source: 'aws.s3', 'detail-type': 'Object Created', resources: [], detail: {} };
    const bus = { ...service('events'), publish: (each: BusEvent) => void events.push(each) };
    const { context } = await start([service('s3'), bus]);
    context.publish(event);
    expect(events).toEqual([event]);
  });

  it('a cloud without a bus says so', async () => {
    const { context } = await start([service('s3')]);
    expect(() => context.publish({ source: 'a', 'detail-type': 'b', resources: [], detail: {} })).toThrow(
      /carries events/,
    );
  });

  it('a service that fails to stop is told of and stops no other; a second stop does nothing', async () => {
    const stop = () => Promise.reject(new Error('stuck'));
    const server = await start([service('first'), service('second', { stop }), service('s3')]);
    await server.stop();
    await server.stop();
    expect(log.slice(3)).toEqual(['stop s3', 'fault second stuck', 'stop first']);
  });

  it('stop ends connections that are kept alive', async () => {
    const server = await start([service('s3')]);
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) =>
      get(server.endpoint, { agent }, (response) => response.resume().on('end', resolve)),
    );
    await server.stop();
    agent.destroy();
    await expect(call(server.endpoint, 'GET', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps its folder to its owner, and to one cloud at a time', async () => {
    const first = await start([service('s3')]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await expect(start([service('s3')])).rejects.toThrow(/using this state directory/);
    await first.stop();
    await start([service('s3')]);
  });

  it('gives the folder back when the port is taken', async () => {
    const other = await startServer({ directory: `${directory}-other`, port: 0, services: () => [service('s3')] });
    running.push(other);
    const port = Number(new URL(other.endpoint).port);
    const taken = startServer({ directory, port, services: () => [service('s3')] });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await start([service('s3')]);
  });
});
