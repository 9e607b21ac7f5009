import { setTimeout as sleep } from 'node:timers/promises';

/** Lets units through at a steady rate: each caller waits until what was let through before has been paid off. */
export function pacer(unitsPerSecond: number): (units: number) => Promise<void> {
  let freeAt = 0;
  return async (units) => {
    const now = performance.now();
    const waitMs = Math.max(0, freeAt - now);
    freeAt = Math.max(freeAt, now) + (units / unitsPerSecond) * 1000;
    if (waitMs > 0) await sleep(waitMs);
  };
}
