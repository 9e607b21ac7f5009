/** Who waits for messages, by queue. */
export interface Arrivals {
  /** Calls `wake` whenever messages become visible by a send, a move or a changed visibility; the result stops it. */
  on(queueName: string, wake: () => void): () => void;
  notify(queueName: string): void;
}

export function createArrivals(): Arrivals {
  const waiting = new Map<string, Set<() => void>>();
  return {
    on(queueName, wake) {
      const wakes = waiting.get(queueName) ?? new Set();
      waiting.set(queueName, wakes.add(wake));
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0 && waiting.get(queueName) === wakes) waiting.delete(queueName);
      };
    },
    notify(queueName) {
      for (const wake of [...(waiting.get(queueName) ?? [])]) wake();
    },
  };
}
