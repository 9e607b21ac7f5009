import type { Conversion } from '../core/mapping/conversion.ts';
import type { Staging } from '../core/merge/stage.ts';
import type { Issue } from '../core/outcome.ts';

/** What is to be said of a message, each finding once: its issues, then the reason why it was left out, if it was. */
export function findingsOf(ended: Conversion | Staging): readonly Issue[] {
  const seen = new Set<string>();
  const issues = ended.issues.filter((issue) => {
    const name = nameOf(issue);
    return !seen.has(name) && seen.add(name);
  });
  if (!('reason' in ended)) return issues;
  const { reason, path } = ended;
  const told =
    path === undefined ? issues.some(({ code }) => code === reason) : seen.has(nameOf({ code: reason, path }));
  return told ? issues : [...issues, { code: reason, ...(path === undefined ? {} : { path }) }];
}

function nameOf({ code, path }: Issue): string {
  return `${code} ${path ?? ''}`;
}
