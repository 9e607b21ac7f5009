import type { Timers } from '../../../../local/service.ts';

/** Time that stands still until a test moves it. */
export function manualTimers(
  startMs = Date.parse('2026-01-01T00:00:00Z'),
): Timers & { advance(ms: number): Promise<void> } {
  let nowMs = startMs;
  let waiting: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const entry = { atMs: nowMs + delayMs, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    /** Runs what falls due on the way, in order, and lets the promises that hang on it settle. */
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = waiting.filter((entry) => entry.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        waiting = waiting.filter((entry) => entry !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = untilMs;
    },
  };
}
