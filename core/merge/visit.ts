import type { TimedEvent } from './visit-events.ts';
import { firstOf, isWithdrawn, lastOf, standingEvents, timedEvents } from './visit-events.ts';

/**
 * A visit's status and period, derived from the set of its timed trigger events (SEMANTICS 4.1); never stated directly.
 * An event is `{ event: 'A01', time: '<FHIR dateTime>' }`; PV1-44 and PV1-45 arrive as ordinary `period` slots and win
 * over the time of an event, because they say when and not only that.
 */
export type VisitEvent = Readonly<Record<string, unknown>>;

const BEGINS = ['A01', 'A04'];
const PLANS = ['A05', 'A14'];
const ENDS = ['A03'];
// These happen only to a patient who is there, so they tell of a beginning that was not received. Who waits for a transfer or
// a discharge has not left (HL7 v2.9 3.3.15, 3.3.16).
const UNDER_WAY = 'A02 A06 A07 A13 A15 A16 A17 A21 A22 A25 A26 A52 A53'.split(' ');
const BEGUN = [...BEGINS, ...UNDER_WAY];
const RETURNS = ['A22', ...BEGINS];
const MOVES = ['A02', 'A17', ...ENDS];

interface Period {
  start?: string;
  end?: string;
}

/** Sets status and period of a rendered Encounter; a status that nothing tells is left to the defaults. */
export function applyVisit(encounter: Record<string, unknown>, stated: readonly VisitEvent[]): void {
  const all = timedEvents(stated);
  const standing = standingEvents(all);
  withdraw(encounter, all, standing);
  const period = periodOf(encounter, all, standing);
  if (Object.keys(period).length > 0) encounter['period'] = period;
  const status = statusOf(all, standing, period);
  if (status === 'cancelled') delete encounter['location'];
  if (status !== undefined) encounter['status'] = status;
}

function periodOf(
  encounter: Record<string, unknown>,
  all: readonly TimedEvent[],
  standing: readonly TimedEvent[],
): Period {
  if (isWithdrawn('A11', all, standing)) return {};
  const period = { ...(encounter['period'] as Period | undefined) };
  const start = period.start ?? firstOf(standing, BEGINS)?.time;
  const end = period.end ?? (isWithdrawn('A13', all, standing) ? undefined : lastOf(standing, ENDS)?.time);
  if (start !== undefined) period.start = start;
  if (end !== undefined) period.end = end;
  return period;
}

function statusOf(
  all: readonly TimedEvent[],
  standing: readonly TimedEvent[],
  { start, end }: Period,
): string | undefined {
  const planned = lastOf(standing, PLANS) !== undefined ? 'planned' : undefined;
  if (isDeleted(all)) return 'entered-in-error';
  if (isWithdrawn('A11', all, standing)) return planned ?? 'cancelled';
  if (end !== undefined) return 'finished';
  if (isOnLeave(standing)) return 'onleave';
  if (start !== undefined || lastOf(standing, BEGUN) !== undefined) return 'in-progress';
  const unplanned = ['A27', 'A38'].some((cancel) => isWithdrawn(cancel, all, standing));
  return planned ?? (unplanned ? 'cancelled' : undefined);
}

// A record that is deleted and then filled anew is a record again (SEMANTICS 4.3).
function isDeleted(all: readonly TimedEvent[]): boolean {
  const deleted = lastOf(all, ['A23']);
  return deleted !== undefined && all.every(({ event, instant }) => event === 'A23' || instant <= deleted.instant);
}

function isOnLeave(standing: readonly TimedEvent[]): boolean {
  const left = lastOf(standing, ['A21']);
  const back = lastOf(standing, RETURNS);
  return left !== undefined && (back === undefined || left.instant > back.instant);
}

/** What a cancelled event brought with it goes too: its end, its disposition, its bed (SEMANTICS 4.2). */
function withdraw(
  encounter: Record<string, unknown>,
  all: readonly TimedEvent[],
  standing: readonly TimedEvent[],
): void {
  const unbegun = isWithdrawn('A11', all, standing);
  const unended = isWithdrawn('A13', all, standing);
  if (unbegun) for (const element of ['period', 'location']) delete encounter[element];
  if (unended) drop(encounter, 'period', 'end');
  const ended = (encounter['period'] as Period | undefined)?.end ?? firstOf(standing, ENDS);
  const pendingEnd = isWithdrawn('A25', all, standing) && ended === undefined;
  if (unended || pendingEnd) drop(encounter, 'hospitalization', 'dischargeDisposition');
  // A place is completed when a transfer left it (PV1-6); who was not moved has left none.
  if (isWithdrawn('A12', all, standing)) dropPlaces(encounter, 'completed');
  // A bed is reserved (PV1-42) for as long as the transfer to it is pending.
  if (isWithdrawn('A26', all, standing) || isMovedSince('A15', standing)) dropPlaces(encounter, 'reserved');
}

function isMovedSince(plan: string, standing: readonly TimedEvent[]): boolean {
  const planned = lastOf(standing, [plan]);
  const moved = lastOf(standing, MOVES);
  return planned !== undefined && moved !== undefined && moved.instant > planned.instant;
}

function drop(encounter: Record<string, unknown>, element: string, member: string): void {
  const kept = Object.entries((encounter[element] ?? {}) as object).filter(([name]) => name !== member);
  if (kept.length > 0) encounter[element] = Object.fromEntries(kept);
  else delete encounter[element];
}

function dropPlaces(encounter: Record<string, unknown>, status: string): void {
  const places = (encounter['location'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const kept = places.filter((place) => place['status'] !== status);
  if (kept.length > 0) encounter['location'] = kept;
  else delete encounter['location'];
}
