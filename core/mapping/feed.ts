import type { Issue, Outcome } from '../outcome.ts';
import { compileFeedFile } from './compile/feed.ts';
import type { Problem } from './compile/problems.ts';
import type { CompiledFeed } from './compiled-feed.ts';

export type { CompiledFeed };

/** A problem of a feed file, with the place in the document as a JSON pointer (RFC 6901), from which a line can be found. */
export interface FeedProblem extends Issue {
  readonly pointer: Problem['pointer'];
}

/**
 * Checks and compiles a feed file that was read from YAML. The result is plain JSON. Every problem is told at once:
 * `feed-invalid`, path `<source>#/rows/0/to`, detail `<rule>: <what is wrong>`.
 */
export function compileFeed(parsed: unknown, source: string): Outcome<CompiledFeed> {
  const { feed, problems } = compileFeedFile(parsed);
  if (problems.length === 0) return { ok: true, value: feed, issues: [] };
  const issues = problems.map(
    (problem): FeedProblem => ({
      code: 'feed-invalid',
      path: `${source}#/${problem.pointer.join('/')}`,
      detail: `${problem.rule}: ${problem.text}`,
      pointer: problem.pointer,
    }),
  );
  return { ok: false, issues };
}
