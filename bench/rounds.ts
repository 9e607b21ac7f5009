export type Work = (bytes: Uint8Array) => number;

const rounds = 15;
const sliceMs = 60;
// V8 optimises a large function only after thousands of calls, and a worker converts for hours.
const warmUpMs = 2_000;

/** Median over rounds of each work's time over the yardstick's in the same round; CPU time, so that waiting does not count. */
export function medianRatio<Name extends string>(
  messages: readonly Uint8Array[],
  yardstick: Work,
  works: Readonly<Record<Name, Work>>,
): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  for (const work of [yardstick, ...Object.values<Work>(works)]) slice(work, messages, warmUpMs);
  const measured = Array.from({ length: rounds }, () => {
    const base = slice(yardstick, messages);
    return new Map(names.map((name) => [name, slice(works[name], messages) / base]));
  });
  const ratioOf = (name: Name): number => median(measured.map((round) => round.get(name) ?? Number.NaN));
  return Object.fromEntries(names.map((name) => [name, ratioOf(name)])) as Record<Name, number>;
}

/** Microseconds of CPU a message over one slice. */
export function slice(work: Work, messages: readonly Uint8Array[], forMs = sliceMs): number {
  const begun = process.cpuUsage();
  const until = performance.now() + forMs;
  let count = 0;
  while (performance.now() < until) for (const message of messages) count += work(message) > 0 ? 1 : 0;
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / count;
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
