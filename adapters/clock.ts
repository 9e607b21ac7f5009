import type { Clock } from '../core/ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  parse: (instant) => {
    const time = Date.parse(instant);
    return Number.isNaN(time) ? undefined : time;
  },
};
