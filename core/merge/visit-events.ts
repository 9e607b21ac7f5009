import { readIsoTime } from '../hl7v2/times.ts';

/** A trigger event of a visit, placed in time. */
export interface TimedEvent {
  readonly event: string;
  /** FHIR dateTime, as stated. */
  readonly time: string;
  /** Milliseconds since the epoch: the start of the stated period; 0 for an event that is the only one. */
  readonly instant: number;
}

/** Which events a cancel names (HL7 v2.9 3.3.11 to 3.3.13, 3.3.25, 3.3.27, 3.3.38; SEMANTICS 4.2). */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  A11: ['A01', 'A04'],
  A12: ['A02'],
  A13: ['A03'],
  A25: ['A16'],
  A26: ['A15'],
  A27: ['A14'],
  A32: ['A10'],
  A33: ['A09'],
  A38: ['A05'],
  A52: ['A21'],
  A53: ['A22'],
};

/** The events that say when they happened, earliest first. */
export function timedEvents(events: readonly Readonly<Record<string, unknown>>[]): readonly TimedEvent[] {
  const timed: TimedEvent[] = [];
  for (const { event, time } of events) {
    if (typeof time !== 'string') continue;
    // One alone is compared with none.
    const instant = events.length === 1 ? 0 : instantOf(time);
    timed.push({ event: String(event), time, instant });
  }
  return timed.sort((left, right) => left.instant - right.instant);
}

/**
 * The events that no cancel withdraws. EVN-6 of a cancel is the time of what it cancels, and without it the cancel
 * comes later than that; so it withdraws what it names up to its own time.
 */
export function standingEvents(events: readonly TimedEvent[]): readonly TimedEvent[] {
  let standing = events;
  for (const cancel of events) {
    const named = NAMED[cancel.event];
    if (named === undefined) continue;
    const before = standing.filter(({ event, instant }) => named.includes(event) && instant <= reachOf(cancel));
    // A visit may begin twice, registered and then admitted, and A11 takes one of these back.
    const withdrawn = cancel.event === 'A11' ? before.slice(-1) : before;
    standing = standing.filter((event) => !withdrawn.includes(event));
  }
  return standing;
}

/** A cancel was sent, and nothing that it names stands. */
export function isWithdrawn(cancel: string, all: readonly TimedEvent[], standing: readonly TimedEvent[]): boolean {
  return isAmong(all, cancel) && lastOf(standing, NAMED[cancel] ?? []) === undefined;
}

function isAmong(events: readonly TimedEvent[], kind: string): boolean {
  for (const { event } of events) if (event === kind) return true;
  return false;
}

export function firstOf(events: readonly TimedEvent[], kinds: readonly string[]): TimedEvent | undefined {
  for (const event of events) if (kinds.includes(event.event)) return event;
  return undefined;
}

export function lastOf(events: readonly TimedEvent[], kinds: readonly string[]): TimedEvent | undefined {
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at] as TimedEvent;
    if (kinds.includes(event.event)) return event;
  }
  return undefined;
}

// A cancel that states no hour reaches to the end of its day.
function reachOf({ time, instant }: TimedEvent): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(time) ? instant + 86_400_000 - 1 : instant;
}

// Senders and clocks differ in offset and precision, so texts do not compare as times do.
function instantOf(dateTime: string): number {
  const time = readIsoTime(dateTime, 'UTC');
  return time.ok ? time.value.epochMs : 0;
}
