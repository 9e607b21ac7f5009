import { existsSync, writeFileSync } from 'node:fs';
import { createHandler as createAdmit } from '../../tasks/Admit/handler.ts';

const mark = new URL(import.meta.url).searchParams.get('mark') ?? '';

/** Admit, but its first invocation of all says that it began and never ends: a test kills the process in the middle. */
export function createHandler(
  environment: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  const admit = createAdmit(environment);
  return async (event) => {
    if (existsSync(mark)) return await admit(event);
    writeFileSync(mark, '');
    return await new Promise(() => {});
  };
}
