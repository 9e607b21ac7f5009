/** A span of time in milliseconds since the epoch, `low` inclusive and `high` exclusive. */
export interface TimeRange {
  readonly low: number;
  readonly high: number;
}

const PATTERN = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;
export const EVER: TimeRange = { low: -8.64e15, high: 8.64e15 };

/**
 * The span that a FHIR date, dateTime or instant covers at its precision (FHIR R4, "Search", section 3.1.1.4.7).
 * A time without an offset is read as UTC. Undefined for anything else, also for a day that does not exist.
 */
export function fhirTimeRange(text: string): TimeRange | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match;
  const instant = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${(fraction ?? '0').slice(0, 3).padEnd(3, '0')}${zone ?? 'Z'}`,
  );
  if (Number.isNaN(instant) || !dayExists(Number(year), month, day)) return undefined;
  if (fraction !== undefined) return { low: instant, high: instant + 1 };
  if (second !== undefined) return { low: instant, high: instant + 1000 };
  if (minute !== undefined) return { low: instant, high: instant + 60_000 };
  if (day !== undefined) return { low: instant, high: instant + 86_400_000 };
  if (month !== undefined) return { low: instant, high: Date.UTC(Number(year), Number(month), 1) };
  return { low: instant, high: Date.UTC(Number(year) + 1, 0, 1) };
}

function dayExists(year: number, month: string | undefined, day: string | undefined): boolean {
  return (
    month === undefined || day === undefined || Number(day) <= new Date(Date.UTC(year, Number(month), 0)).getUTCDate()
  );
}
