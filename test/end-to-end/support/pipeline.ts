import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect } from '../../../cli/connection.ts';
import { dropAndWait } from '../../../cli/drop.ts';
import { publishFeeds, shippedFeeds } from '../../../cli/feeds.ts';
import type { RunResult } from '../../../cli/result.ts';
import { type CloudSettings, startCloud } from '../../../local/cloud.ts';

/** The whole pipeline in this process, over a directory. */
export interface Pipeline {
  readonly endpoint: string;
  readonly directory: string;
  readonly connection: Connection;
  /** FHIR base of the tenant that the shipped feeds name. */
  readonly fhir: string;
  /** Faults inside the embedded cloud; a test that expects none asserts that it stays empty. */
  readonly faults: readonly string[];
  /** What `tributary run` does with a pipeline that is up, without its printing. */
  drop(paths: readonly string[], feed: string): Promise<RunResult>;
  close(): Promise<void>;
}

type Planted = Partial<Pick<CloudSettings, 'overrides' | 'healthlake'>> & {
  /** A directory with state in it already; it is left in place on close. */
  readonly directory?: string;
};

const TENANT = 'demo';

/** Starts the embedded cloud with the pipeline deployed into it. Real SDK clients find it through the environment. */
export async function startPipeline(planted: Planted = {}): Promise<Pipeline> {
  const { directory: given, ...settings } = planted;
  const directory = given ?? (await mkdtemp(join(tmpdir(), 'tributary-e2e-')));
  const faults: string[] = [];
  const cloud = await startCloud({
    ...{ directory, port: 0, tenants: [TENANT], ...settings },
    onFault: (service, error) => faults.push(`${service}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const connection = connect(cloud.endpoint);
  await publishFeeds(connection, shippedFeeds());
  return {
    ...{ endpoint: cloud.endpoint, directory, connection, faults },
    fhir: `${cloud.endpoint}/datastore/${cloud.stores[TENANT]?.datastoreId}/r4`,
    drop: (paths, feed) => dropAndWait(connection, paths, feed, { json: true }),
    close: async () => {
      await cloud.stop();
      if (given === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
