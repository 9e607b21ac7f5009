import { daysFromCivil, yearOfDays } from './civil.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Offsets of one zone in one UTC year: `from[i]` (epoch ms) up to `from[i + 1]` has `minutes[i]`. */
interface Year {
  readonly from: readonly number[];
  readonly minutes: readonly number[];
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly years: Map<number, Year>;
  /** The offset of days, counted from 1970, about which the zone changes nothing. */
  readonly steady: Map<number, LocalOffset>;
}

// A feed of people's birthdays must not fill the memory.
const REMEMBERED_DAYS = 4096;

const zones = new Map<string, Zone>();

/** Whether this is an IANA zone that the runtime knows. Feeds are checked with it when they are loaded. */
export function zoneExists(name: string): boolean {
  try {
    zoneNamed(name);
    return true;
  } catch {
    return false;
  }
}

/** A zone; a RangeError when there is none of this name: that is the feed's fault, not a message's. */
function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const zone = { format, years: new Map<number, Year>(), steady: new Map<number, LocalOffset>() };
  zones.set(name, zone);
  return zone;
}

/** Minutes east of UTC at an instant, asked of the runtime's zone data; seconds of old local mean times are cut off. */
function askOffset(zone: Zone, epochMs: number): number {
  const name = zone.format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const parts = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
  const minutes = Number(parts?.[2] ?? 0) * 60 + Number(parts?.[3] ?? 0);
  return parts?.[1] === '-' ? -minutes : minutes;
}

/** No zone has changed its offset and changed it back within less than this. */
const probeMs = 6 * dayMs;

/** The offsets of a year: asked every six days, and searched between two answers that differ. */
function yearOf(zone: Zone, year: number): Year {
  const known = zone.years.get(year);
  if (known !== undefined) return known;
  const end = daysFromCivil(year + 1, 1, 1) * dayMs;
  let at = daysFromCivil(year, 1, 1) * dayMs;
  let offset = askOffset(zone, at);
  const made = { from: [at], minutes: [offset] };
  while (at < end) {
    const next = Math.min(at + probeMs, end);
    const there = askOffset(zone, next);
    if (there !== offset) {
      made.from.push(changeBetween(zone, at, next, offset));
      made.minutes.push(there);
    }
    at = next;
    offset = there;
  }
  zone.years.set(year, made);
  return made;
}

function changeBetween(zone: Zone, before: number, after: number, offset: number): number {
  let [low, high] = [before, after];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (askOffset(zone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(zone: Zone, epochMs: number): number {
  const year = yearOf(zone, yearOfDays(Math.floor(epochMs / dayMs)));
  let at = year.from.length - 1;
  while (at > 0 && epochMs < (year.from[at] as number)) at--;
  return year.minutes[at] as number;
}

/** What a local time is in a zone. */
export interface LocalOffset {
  /** East of UTC. */
  readonly minutes: number;
  /**
   * `repeated`: the clock showed this time twice, and the first is taken. `skipped`: it never showed it, and the offset
   * from before the change is taken, so that the text stays as sent and the instant is the one meant.
   */
  readonly kind: 'plain' | 'repeated' | 'skipped';
}

/** The offset of a local time, given as the epoch ms it would be in UTC, in an IANA zone. */
export function localOffset(name: string, localMs: number): LocalOffset {
  const zone = zoneNamed(name);
  const days = Math.floor(localMs / dayMs);
  return zone.steady.get(days) ?? steadyOffset(zone, days) ?? changingOffset(zone, localMs);
}

// Five days, which is less than a change and its return need: all instants that the day may name have one offset.
function steadyOffset(zone: Zone, days: number): LocalOffset | undefined {
  const minutes = offsetAt(zone, (days - 2) * dayMs);
  if (minutes !== offsetAt(zone, (days + 3) * dayMs)) return undefined;
  const steady: LocalOffset = { minutes, kind: 'plain' };
  if (zone.steady.size >= REMEMBERED_DAYS) zone.steady.clear();
  zone.steady.set(days, steady);
  return steady;
}

function changingOffset(zone: Zone, localMs: number): LocalOffset {
  const before = offsetAt(zone, localMs - dayMs);
  const after = offsetAt(zone, localMs + dayMs);
  const holds = (minutes: number): boolean => offsetAt(zone, localMs - minutes * minuteMs) === minutes;
  const first = holds(before);
  if (before === after) return { minutes: before, kind: first ? 'plain' : 'skipped' };
  const second = holds(after);
  if (first && second) return { minutes: before, kind: 'repeated' };
  if (first || !second) return { minutes: before, kind: first ? 'plain' : 'skipped' };
  return { minutes: after, kind: 'plain' };
}
