import { readIsoTime } from '../hl7v2/times.ts';

/**
 * A visit's status and period, derived from the set of its timed trigger events (SEMANTICS 4.1); never stated directly.
 * An event is `{ event: 'A01', time: '<FHIR dateTime>' }`; PV1-44 and PV1-45 arrive as ordinary `period` slots and win
 * over the time of an event, because they say when and not only that.
 */
export type VisitEvent = Readonly<Record<string, unknown>>;

const BEGINS = new Set(['A01', 'A04']);
const PLANS = new Set(['A05', 'A14']);
const ENDS = new Set(['A03']);
const WITHDRAWS_END = new Set(['A13']);

interface Period {
  readonly start?: string;
  readonly end?: string;
}

/** Sets status and period of a rendered Encounter; a status that nothing tells is left to the defaults. */
export function applyVisit(encounter: Record<string, unknown>, events: readonly VisitEvent[]): void {
  if (endIsWithdrawn(events)) withdrawEnd(encounter);
  const stated = (encounter['period'] ?? {}) as Period;
  const start = stated.start ?? times(events, BEGINS)[0];
  const end = stated.end ?? (endIsWithdrawn(events) ? undefined : times(events, ENDS).at(-1));
  const period = { ...stated, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  if (Object.keys(period).length > 0) encounter['period'] = period;
  const status = statusOf(events, start, end);
  if (status !== undefined) encounter['status'] = status;
}

function statusOf(
  events: readonly VisitEvent[],
  start: string | undefined,
  end: string | undefined,
): string | undefined {
  if (end !== undefined) return 'finished';
  if (times(events, BEGINS).length > 0 || start !== undefined) return 'in-progress';
  return times(events, PLANS).length > 0 ? 'planned' : undefined;
}

/** A13 takes a discharge back that it follows, with its end and its disposition (SEMANTICS 4.2). */
function endIsWithdrawn(events: readonly VisitEvent[]): boolean {
  const withdrawn = times(events, WITHDRAWS_END).at(-1);
  const ended = times(events, ENDS).at(-1);
  return withdrawn !== undefined && (ended === undefined || instantOf(withdrawn) >= instantOf(ended));
}

function withdrawEnd(encounter: Record<string, unknown>): void {
  encounter['period'] = without(encounter['period'], 'end');
  encounter['hospitalization'] = without(encounter['hospitalization'], 'dischargeDisposition');
  for (const element of ['period', 'hospitalization']) {
    if (Object.keys((encounter[element] ?? {}) as object).length === 0) delete encounter[element];
  }
}

function without(value: unknown, member: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries((value ?? {}) as object).filter(([name]) => name !== member));
}

function times(events: readonly VisitEvent[], kinds: ReadonlySet<string>): string[] {
  return events
    .filter((event) => kinds.has(String(event['event'])) && typeof event['time'] === 'string')
    .map((event) => String(event['time']))
    .toSorted((left, right) => instantOf(left) - instantOf(right));
}

// Senders and clocks differ in offset and precision, so texts do not compare as times do.
function instantOf(dateTime: string): number {
  const time = readIsoTime(dateTime, 'UTC');
  return time.ok ? time.value.epochMs : 0;
}
