/** FHIR R4's date and time forms, exact to the calendar (https://hl7.org/fhir/R4/datatypes.html#primitive), without a clock. */

// Each part stands at its place, so that it is sliced rather than captured: these forms are half of a resource's texts.
const datePattern = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;
const timePattern = /^([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/;
const instantPattern =
  /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2024`, `2024-02` or `2024-02-29`, if that day exists. */
export function isDate(text: string): boolean {
  if (!datePattern.test(text)) return false;
  const year = Number(text.slice(0, 4));
  return dayExists(year, text.length > 4 ? Number(text.slice(5, 7)) : 1, text.length > 7 ? Number(text.slice(8)) : 1);
}

/** `08:15:00`, with a fraction if any; seconds are needed. */
export function isTime(text: string): boolean {
  return timePattern.test(text);
}

/** A date of any precision, or a whole day with a time and a zone. */
export function isDateTime(text: string): boolean {
  return text.length <= 10 ? isDate(text) : isInstant(text);
}

/** A whole day with a time to the second at least, and a zone. */
export function isInstant(text: string): boolean {
  if (!instantPattern.test(text)) return false;
  return dayExists(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
}

/**
 * Whether a period may run from one valid dateTime to another. Where precisions differ only their common part is compared,
 * so that `2024-05-03` to `2024-05` stands.
 */
export function inOrder(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return momentOf(start) <= momentOf(end);
  const length = Math.min(start.length, end.length, 10);
  return start.slice(0, length) <= end.slice(0, length);
}

function zoneStart(text: string): number {
  return text.endsWith('Z') ? text.length - 1 : text.length - 6;
}

function dayExists(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (monthLengths[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Seconds on the one time line on which two instants of different zones can be compared. */
function momentOf(text: string): number {
  const zone = zoneStart(text);
  const sign = text.charAt(zone) === '-' ? 1 : -1;
  const offset = text.endsWith('Z') ? 0 : sign * (Number(text.slice(zone + 1, zone + 3)) * 60 + Number(text.slice(-2)));
  const [hours, minutes, seconds] = text.slice(11, zone).split(':').map(Number);
  const day = dayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
  return ((day * 24 + (hours ?? 0)) * 60 + (minutes ?? 0) + offset) * 60 + (seconds ?? 0);
}

function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + day;
  for (let earlier = 1; earlier < month; earlier += 1) days += daysIn(year, earlier);
  return days;
}
