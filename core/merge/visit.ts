import type { Fragment } from './statement.ts';

/**
 * A visit's status and period, derived from the set of its timed trigger events (SEMANTICS 4.1); never stated directly.
 * An event is `{ event: 'A01', time: '<FHIR dateTime>' }`; PV1-44 and PV1-45 arrive as ordinary `period` slots and win
 * over the time of an event, because they say when and not only that.
 */
type VisitEvent = Readonly<Record<string, unknown>>;

const BEGINS = new Set(['A01', 'A04']);
const PLANS = new Set(['A05', 'A14']);
const ENDS = new Set(['A03']);

export function visitFragment(events: readonly VisitEvent[], stated: Readonly<Record<string, unknown>>): Fragment {
  const period = (stated['period'] ?? {}) as { start?: string; end?: string };
  const start = period.start ?? earliest(events, BEGINS);
  const end = period.end ?? latest(events, ENDS);
  const status = statusOf(events, start, end);
  return {
    ...(status === undefined ? {} : { status }),
    ...(start === undefined && end === undefined
      ? {}
      : { period: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) } }),
  };
}

function statusOf(
  events: readonly VisitEvent[],
  start: string | undefined,
  end: string | undefined,
): string | undefined {
  if (end !== undefined) return 'finished';
  if (some(events, BEGINS) || start !== undefined) return 'in-progress';
  return some(events, PLANS) ? 'planned' : undefined;
}

function some(events: readonly VisitEvent[], kinds: ReadonlySet<string>): boolean {
  return events.some((event) => kinds.has(String(event['event'])));
}

function times(events: readonly VisitEvent[], kinds: ReadonlySet<string>): string[] {
  return events
    .filter((event) => kinds.has(String(event['event'])) && typeof event['time'] === 'string')
    .map((event) => String(event['time']))
    .toSorted();
}

function earliest(events: readonly VisitEvent[], kinds: ReadonlySet<string>): string | undefined {
  return times(events, kinds)[0];
}

function latest(events: readonly VisitEvent[], kinds: ReadonlySet<string>): string | undefined {
  return times(events, kinds).at(-1);
}
