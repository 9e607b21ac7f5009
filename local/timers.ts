import type { Timers } from './service.ts';

/** The machine's own clock and timers. A waiting timer does not keep the process alive; the open port does. */
export function realTimers(): Timers {
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      // setTimeout fires at once above 2^31-1 ms, so a longer wait is cut into pieces.
      const longest = 2 ** 31 - 1;
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number): void => {
        timer = setTimeout(() => (leftMs > longest ? wait(leftMs - longest) : run()), Math.min(leftMs, longest));
        timer.unref();
      };
      wait(Math.max(0, delayMs));
      return () => clearTimeout(timer);
    },
  };
}
