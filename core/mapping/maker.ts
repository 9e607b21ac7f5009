import type { CompiledFeed } from './compiled-feed.ts';

/** What makes resources: the feed, and what it counts as absent. */
export interface Maker {
  readonly feed: CompiledFeed;
  readonly isDummy: (value: string) => boolean;
}
