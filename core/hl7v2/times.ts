import type { Issue, Outcome } from '../outcome.ts';
import type { ReasonCode } from '../reasons.ts';
import { civilOfDays, dateExists, daysFromCivil } from './civil.ts';
import { localOffset } from './zone.ts';

/** A time as it was stated. */
export interface Time {
  /** Start of the stated period, milliseconds since the epoch. */
  readonly epochMs: number;
  /** 1 year, 2 month, 3 day, 4 hour, 5 minute, 6 second, 7 finer. */
  readonly precision: number;
  readonly year: number;
  /** 1 to 12, and 1 when not stated; the same for the day. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the decimal point of the seconds as stated, or ''. */
  readonly fraction: string;
  /** Minutes east of UTC, as stated or from the zone. */
  readonly offsetMinutes: number;
  /** No offset was stated, so the zone's was taken. Always false for a date, which no zone shifts. */
  readonly zoneAssumed: boolean;
}

type Failure = Extract<Outcome<never>, { ok: false }>;
const fail = (code: ReasonCode): Failure => ({ ok: false, issues: [{ code }] });
const none: readonly Issue[] = [];

const hl7Shape = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?([+-]\d{4})?$/;
const isoShape =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads DT, DTM, and the first component of TS: `YYYY[MM[DD[HH[MM[SS[.S...]]]]]][+/-ZZZZ]` (HL7 v2.9 chapter 2A).
 *
 * Without an offset it is read in `zone`, an IANA name. Fails with `value-unreadable`, or `date-impossible` for a date or
 * time that no calendar has (24:00 is one). Notes `time-ambiguous` for a repeated or skipped hour.
 */
export function readTime(text: string, zone: string): Outcome<Time> {
  const trimmed = text.trim();
  const plain = plainCivil(trimmed);
  return plain === undefined ? readShape(hl7Shape, trimmed, zone) : checked(plain, undefined, zone);
}

/** Most times are an even number of digits and nothing else; undefined for any other. */
function plainCivil(text: string): Civil | undefined {
  const { length } = text;
  if (length < 4 || length > 14 || length % 2 !== 0) return undefined;
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ZERO || unit > NINE) return undefined;
  }
  return {
    precision: length === 4 ? 1 : length / 2 - 1,
    year: pair(text, 0) * 100 + pair(text, 2),
    month: length > 4 ? pair(text, 4) : 1,
    day: length > 6 ? pair(text, 6) : 1,
    hour: length > 8 ? pair(text, 8) : 0,
    minute: length > 10 ? pair(text, 10) : 0,
    second: length > 12 ? pair(text, 12) : 0,
    fraction: '',
  };
}

const ZERO = 48;
const NINE = 57;

const pair = (text: string, at: number): number => (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;

/** Reads an ISO 8601 date or time of a CSV column (`2014-05-06`, `2014-05-06T08:34:30Z`); otherwise as `readTime`. */
export function readIsoTime(text: string, zone: string): Outcome<Time> {
  return readShape(isoShape, text.trim(), zone);
}

function readShape(shape: RegExp, text: string, zone: string): Outcome<Time> {
  const parts = shape.exec(text);
  if (parts === null) return fail('value-unreadable');
  const number = (at: number, absent: number): number => (parts[at] === undefined ? absent : Number(parts[at]));
  const civil = {
    precision: stated(parts),
    year: number(1, 0),
    month: number(2, 1),
    day: number(3, 1),
    hour: number(4, 0),
    minute: number(5, 0),
    second: number(6, 0),
    fraction: parts[7] ?? '',
  };
  const offset = parts[8] === undefined ? undefined : offsetMinutes(parts[8]);
  return checked(civil, offset, zone);
}

function checked(civil: Civil, offset: number | null | undefined, zone: string): Outcome<Time> {
  const clock = civil.hour <= 23 && civil.minute <= 59 && civil.second <= 59;
  if (!clock || !dateExists(civil.year, civil.month, civil.day) || offset === null) return fail('date-impossible');
  return placed(civil, offset, zone);
}

type Civil = Omit<Time, 'epochMs' | 'offsetMinutes' | 'zoneAssumed'>;

function placed(civil: Civil, stated: number | undefined, zone: string): Outcome<Time> {
  const seconds = (civil.hour * 60 + civil.minute) * 60 + civil.second;
  const localMs = daysFromCivil(civil.year, civil.month, civil.day) * 86_400_000 + seconds * 1000 + milliseconds(civil);
  if (stated !== undefined) return made(civil, localMs, stated, false, none);
  const { minutes, kind } = localOffset(zone, localMs);
  // A date names no hour, so it cannot fall into a repeated one.
  if (kind === 'plain' || civil.precision <= 3) return made(civil, localMs, minutes, civil.precision > 3, none);
  const detail = kind === 'repeated' ? 'the hour is repeated; the first was taken' : 'the hour is skipped in this zone';
  return made(civil, localMs, minutes, true, [{ code: 'time-ambiguous', detail }]);
}

function made(
  civil: Civil,
  localMs: number,
  offsetMinutes: number,
  zoneAssumed: boolean,
  issues: readonly Issue[],
): Outcome<Time> {
  const { precision, year, month, day, hour, minute, second, fraction } = civil;
  const epochMs = localMs - offsetMinutes * 60_000;
  return {
    ok: true,
    value: { precision, year, month, day, hour, minute, second, fraction, epochMs, offsetMinutes, zoneAssumed },
    issues,
  };
}

const milliseconds = ({ fraction }: Civil): number =>
  fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));

function stated(parts: RegExpExecArray): number {
  let precision = 1;
  while (precision < 7 && parts[precision + 1] !== undefined) precision++;
  return precision;
}

/** Minutes of `Z`, `+hhmm` or `+hh:mm`; null when no place on earth has it. */
function offsetMinutes(text: string): number | null {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Reads TM: `HH[MM[SS[.S...]]][+/-ZZZZ]` as a FHIR time, which has seconds always and an offset never; what is not
 * stated is zero. Fails as `readTime` does.
 */
export function readTimeOfDay(text: string): Outcome<string> {
  const parts = /^(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,9})?)?)?(?:[+-]\d{4})?$/.exec(text.trim());
  if (parts === null) return fail('value-unreadable');
  const [, hour = '00', minute = '00', second = '00', fraction = ''] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return fail('date-impossible');
  return { ok: true, value: `${hour}:${minute}:${second}${fraction}`, issues: none };
}

/** A time of birth that is all zeros is no time (SEMANTICS 9): what is left is the date. */
export function birthTime(time: Time): Time {
  const zero = time.hour === 0 && time.minute === 0 && time.second === 0 && Number(time.fraction) === 0;
  if (!zero || time.precision <= 3) return time;
  return { ...time, precision: 3, fraction: '', zoneAssumed: false };
}

/** The time so many minutes later, on the clock of the same offset. */
export function laterBy(time: Time, minutes: number): Time {
  const clock = time.hour * 60 + time.minute + minutes;
  const date = civilOfDays(daysFromCivil(time.year, time.month, time.day) + Math.floor(clock / 1440));
  const rest = clock % 1440;
  return { ...time, ...date, hour: Math.floor(rest / 60), minute: rest % 60, epochMs: time.epochMs + minutes * 60_000 };
}

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** FHIR date: cut to precision of a day or coarser, never shifted by zone. */
export function toFhirDate(time: Time): string {
  const year = String(time.year).padStart(4, '0');
  if (time.precision === 1) return year;
  return time.precision === 2 ? `${year}-${two(time.month)}` : `${year}-${two(time.month)}-${two(time.day)}`;
}

/**
 * FHIR dateTime with the stated precision. From the hour on FHIR demands minutes, seconds and an offset: what is not
 * stated is zero, as its definition of dateTime allows.
 */
export function toFhirDateTime(time: Time): string {
  return time.precision <= 3
    ? toFhirDate(time)
    : `${toFhirDate(time)}T${toFhirTime(time)}${offsetText(time.offsetMinutes)}`;
}

/** FHIR instant; undefined for a time that does not state its minute, since that names no instant. */
export function toFhirInstant(time: Time): string | undefined {
  return time.precision <= 4 ? undefined : toFhirDateTime(time);
}

/** FHIR time: the clock part, with all its digits. */
export function toFhirTime(time: Time): string {
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  return time.fraction === '' ? clock : `${clock}.${time.fraction}`;
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
