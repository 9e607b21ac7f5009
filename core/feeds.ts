import { layout } from './layout.ts';
import type { CompiledFeed } from './mapping/feed.ts';
import type { ObjectStore } from './ports.ts';
import { readJson } from './read-json.ts';

/** The feed of a tenant as it is now, or as a batch pinned it; undefined when the tenant has none of this name. */
export async function currentFeed(
  objects: ObjectStore,
  work: string,
  tenant: string,
  feed: string,
  pinned?: string,
): Promise<{ hash: string; format: 'hl7v2' | 'csv' } | undefined> {
  const index = await readJson<Record<string, string>>(objects, work, layout.feedIndex(tenant));
  const hash = pinned ?? (index !== undefined && Object.hasOwn(index, feed) ? index[feed] : undefined);
  if (hash === undefined) return undefined;
  const compiled = await loadFeed(objects, work, hash);
  return compiled === undefined ? undefined : { hash, format: compiled.format };
}

export async function loadFeed(objects: ObjectStore, work: string, hash: string): Promise<CompiledFeed | undefined> {
  return await readJson<CompiledFeed>(objects, work, layout.feed(hash));
}
