import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topology } from '../../../infra/topology.ts';
import { type Ended, tributary } from '../support/command.ts';
import { type CommandProcess, endpointOf, startCommand } from './command-process.ts';
import type { PlantedFile } from './drops.ts';
import { feedFile } from './feeds.ts';

/** A pipeline in a process of its own, whose tasks write down all that crosses them. */
export interface Stage {
  readonly directory: string;
  readonly endpoint: string;
  /** Where the handlers' records lie. */
  readonly records: string;
  readonly server: CommandProcess;
  /** Runs the command as a person would, against this pipeline. */
  command(...args: readonly string[]): Promise<Ended>;
  /** Writes a planted file and its feed's, and runs them. */
  run(planted: PlantedFile, ...flags: readonly string[]): Promise<Ended>;
  clean(): Promise<void>;
}

/** Starts it; `module` stands in front of every task: one that records, or one that also leaks. */
export async function startStage(module: URL): Promise<Stage> {
  const top = await mkdtemp(join(tmpdir(), 'tributary-scan-'));
  const [directory, records, files] = [join(top, 'state'), join(top, 'records'), join(top, 'files')];
  for (const path of [records, files]) await mkdir(path);
  const handler = new URL(module);
  handler.searchParams.set('record', join(records, 'tasks'));
  const overrides = Object.fromEntries(Object.keys(topology.functions).map((task) => [task, handler.href]));
  const server = startCommand(['start', '--port', '0', '--directory', directory], {
    TRIBUTARY_FUNCTION_OVERRIDES: JSON.stringify(overrides),
  });
  const endpoint = await endpointOf(directory);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const command = (...args: readonly string[]) => tributary([...args, '--directory', directory]);
  return {
    ...{ directory, endpoint, records, server, command },
    async run({ feed, name, body }, ...flags) {
      const path = join(files, name);
      await writeFile(path, body);
      return await command('run', path, '--feed', await feedFile(files, feed), ...flags);
    },
    async clean() {
      await server.end('SIGKILL');
      await rm(top, { recursive: true, force: true });
    },
  };
}
