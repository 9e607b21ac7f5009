import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { canonical } from '../core/canonical.ts';
import { layout } from '../core/layout.ts';
import { type CompiledFeed, compileFeed } from '../core/mapping/feed.ts';
import { readJson } from '../core/read-json.ts';
import { UsageError } from './arguments.ts';
import type { Connection } from './connection.ts';

const shipped = join(import.meta.dirname, '..', 'mappings', 'feeds');

/** The feeds that come with the product. */
export function shippedFeeds(): CompiledFeed[] {
  return readdirSync(shipped)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFeed(join(shipped, file)));
}

/** A feed by name, or by the path of its file. */
export function findFeed(nameOrPath: string): CompiledFeed {
  const isPath = nameOrPath.includes('/') || nameOrPath.endsWith('.yaml');
  if (isPath) return readFeed(nameOrPath);
  const feed = shippedFeeds().find((candidate) => candidate.feed === nameOrPath);
  if (feed !== undefined) return feed;
  const known = shippedFeeds().map((candidate) => candidate.feed);
  throw new UsageError(
    `There is no feed "${nameOrPath}". Known feeds: ${known.join(', ')}. A path to a feed file works too.`,
  );
}

function readFeed(path: string): CompiledFeed {
  const document = parseDocument(readText(path));
  const broken = document.errors[0];
  if (broken !== undefined) throw new UsageError(`${basename(path)}: ${broken.message}`);
  const compiled = compileFeed(document.toJS(), basename(path));
  if (!compiled.ok) {
    throw new UsageError(compiled.issues.map(({ path, detail }) => `${path ?? ''}: ${detail ?? ''}`).join('\n'));
  }
  return compiled.value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The feed file ${path} cannot be read`, { cause: error });
  }
}

/** Puts feeds where the tasks find them: content-addressed, and named in the tenant's index. */
export async function publishFeeds(connection: Connection, feeds: readonly CompiledFeed[]): Promise<void> {
  for (const [tenant, ofTenant] of Map.groupBy(feeds, (feed) => feed.tenant)) {
    const at = (key: string) => ({ bucket: connection.work, key });
    const index =
      (await readJson<Record<string, string>>(connection.objects, connection.work, layout.feedIndex(tenant))) ?? {};
    for (const feed of ofTenant) {
      const text = canonical(feed);
      const hash = connection.sha256(text).slice(0, 40);
      await connection.objects.put(at(layout.feed(hash)), text);
      index[feed.feed] = hash;
    }
    await connection.objects.put(at(layout.feedIndex(tenant)), JSON.stringify(index));
  }
}
