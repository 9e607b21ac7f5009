import { setTimeout as sleep } from 'node:timers/promises';
import { recorded } from './scan/recording-handler.ts';

const record = new URL(import.meta.url).searchParams.get('record') ?? '';

/** Convert, its calls written down, and slow enough for a test to kill the process between two chunks that it chose. */
export function createHandler(environment: Readonly<Record<string, string | undefined>>) {
  return recorded(
    environment,
    (convert) => async (event, context) => {
      await sleep(400);
      return await convert(event, context);
    },
    record,
  );
}
