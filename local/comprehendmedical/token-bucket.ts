/** A rate with a second's worth of burst: `take` answers whether so much may be used now, and uses it if so. */
interface TokenBucket {
  room(): number;
  take(amount: number): void;
}

export function createTokenBucket(perSecond: number, capacity: number, now: () => number): TokenBucket {
  let level = capacity;
  let filledAt = now();
  const fill = () => {
    const at = now();
    level = Math.min(capacity, level + (Math.max(0, at - filledAt) / 1000) * perSecond);
    filledAt = at;
  };
  return {
    room() {
      fill();
      return level;
    },
    take(amount) {
      fill();
      level -= amount;
    },
  };
}
