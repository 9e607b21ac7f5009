import { appendFileSync } from 'node:fs';

interface Asked {
  readonly act?: 'fail' | 'failTimes';
  readonly key?: string;
  readonly times?: number;
  readonly name?: string;
  readonly ms?: number;
  readonly value?: unknown;
  /** The value for which it fails. */
  readonly failWhen?: unknown;
}

const calls = new Map<string, number>();

/** A task that does what its event asks: echo, fail by name or a number of times, sleep; it notes its runs in a file. */
export function createHandler(environment: Readonly<Record<string, string | undefined>>) {
  return async (event: unknown): Promise<unknown> => {
    const asked = event as Asked;
    const key = String(asked.key ?? asked.value ?? '');
    if (environment['RUNS_FILE']) appendFileSync(environment['RUNS_FILE'], `${key}\n`);
    const count = (calls.get(key) ?? 0) + 1;
    calls.set(key, count);
    if (fails(asked, count)) throw Object.assign(new Error('broken on purpose'), { name: asked.name ?? 'TaskBroke' });
    if (asked.ms !== undefined) await new Promise((resolve) => setTimeout(resolve, asked.ms));
    return asked.act === 'failTimes' ? { count } : (asked.value ?? asked);
  };
}

function fails({ act, times = 1, value, failWhen }: Asked, count: number): boolean {
  if (act === 'failTimes') return count <= times;
  return act === 'fail' || (failWhen !== undefined && failWhen === value);
}
