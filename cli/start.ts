import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type RunningCloud, startCloud } from '../local/cloud.ts';
import { readArguments, stateDirectory, UsageError } from './arguments.ts';
import { type Connection, connect, endpointFile } from './connection.ts';
import { dropAndWait } from './drop.ts';
import { publishFeeds, shippedFeeds } from './feeds.ts';
import { openDrops } from './open-drops.ts';
import { resultOf } from './result.ts';
import { printSummary } from './summary.ts';
import { waitForBatches } from './wait.ts';

const help = `tributary start [--port <n>] [--drop <file|dir>] [--feed <feed>] [--once] [--directory <dir>]

Brings up the embedded cloud and stays until Ctrl-C. --drop also drops what lies there: a folder's subfolders
are named by their feeds, unless --feed names one for all. --once ends when the drops are done; without --drop, when
everything is done that an earlier run, killed or interrupted, left open. It exits as "run" does.
`;

const DEFAULT_PORT = 4566;

export interface OpenCloud {
  readonly connection: Connection;
  readonly cloud: RunningCloud;
  close(): Promise<void>;
}

/** Starts the embedded cloud over a directory and publishes the shipped feeds. */
export async function openCloud(directory: string, port: number): Promise<OpenCloud> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const feeds = shippedFeeds();
  const cloud = await startCloud({
    ...{ directory, port, tenants: [...new Set(feeds.map(({ tenant }) => tenant))] },
    overrides: JSON.parse(process.env['TRIBUTARY_FUNCTION_OVERRIDES'] ?? '{}') as Record<string, string>,
  }).catch((error: unknown) => {
    throw inTheWay(error, directory, port);
  });
  const connection = connect(cloud.endpoint);
  await publishFeeds(connection, feeds);
  writeFileSync(endpointFile(directory), cloud.endpoint);
  return {
    ...{ connection, cloud },
    close: async () => {
      rmSync(endpointFile(directory), { force: true });
      await cloud.stop();
    },
  };
}

/** What a person can do about it: another cloud is up over this directory, or the port is taken. */
function inTheWay(error: unknown, directory: string, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return new UsageError(`Port ${port} is taken. Name another with --port, or end what runs there.`, { cause: error });
  }
  const held = error instanceof Error && error.message.includes('using this state directory');
  if (!held) return error;
  return new UsageError(`An embedded cloud runs over ${directory} already. End it, or name another --directory.`, {
    cause: error,
  });
}

export async function start(args: readonly string[]): Promise<number> {
  const parsed = readArguments(
    args,
    { port: { type: 'string' }, drop: { type: 'string' }, feed: { type: 'string' }, once: { type: 'boolean' } },
    help,
  );
  if (parsed === undefined) return 0;
  const once = parsed.flags.has('once');
  const open = await openCloud(stateDirectory(parsed), Number(parsed.values['port'] ?? (once ? 0 : DEFAULT_PORT)));
  try {
    const code = await firstWork(open.connection, { ...parsed.values, once, json: parsed.flags.has('json') });
    if (once) return code;
    printEndpoints(open);
    await interrupted();
    return 0;
  } finally {
    await open.close();
  }
}

interface FirstWork {
  readonly drop?: string;
  readonly feed?: string;
  readonly once: boolean;
  readonly json: boolean;
}

/** What the start is asked to see done; gives the exit code. */
async function firstWork(connection: Connection, { drop, feed, once, json }: FirstWork): Promise<number> {
  if (drop !== undefined) return printSummary(await dropAndWait(connection, [drop], feed, { json }), json);
  return once ? await finishOpen(connection, json) : 0;
}

/** The state machines have gone on by themselves where the earlier run was killed or interrupted: this waits for them. */
async function finishOpen(connection: Connection, json: boolean): Promise<number> {
  const startedAt = performance.now();
  const open = await openDrops(connection);
  if (open.length === 0 && !json) {
    process.stdout.write('Nothing is open.\n');
    return 0;
  }
  const stalled = await waitForBatches(connection, open, { json });
  return printSummary(await resultOf(connection, open, stalled, (performance.now() - startedAt) / 1000), json);
}

function printEndpoints({ connection, cloud }: OpenCloud): void {
  const lines = [
    '',
    `The embedded cloud is up at ${connection.endpoint} (a stand-in for AWS: for trying and testing, not for care)`,
    '',
    '  drop a file     npx tributary run <file> --feed <feed>      or',
    `                  aws --endpoint-url ${connection.endpoint} s3 cp <file> s3://${connection.inbox}/tenants/demo/in/<feed>/`,
    '  what became     npx tributary status          what died     npx tributary dead',
    ...Object.entries(cloud.stores).map(
      ([tenant, store]) => `  FHIR (${tenant})     ${connection.endpoint}/datastore/${store.datastoreId}/r4/Patient`,
    ),
    '',
    'Ctrl-C ends it; the state stays and is taken up again by the next start.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
