import { civilFromDays, daysFromCivil } from '../../hl7v2/civil.ts';
import type { Time } from '../../hl7v2/times.ts';
import { toFhirDateTime } from '../../hl7v2/times.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';

type Read = (args: readonly Place[], run: Run) => unknown;

const DAY = 86_400;

// Units of a fixed length, by the names of UCUM and ISO 2955 that HL7 v2.9 7.4.2.6 lists, and by the words senders use.
const SECONDS: ReadonlyMap<string, number> = new Map([
  ...['S', 'SEC', 'SECS', 'SECOND', 'SECONDS'].map((name) => [name, 1] as const),
  ...['M', 'MIN', 'MINS', 'MINUTE', 'MINUTES'].map((name) => [name, 60] as const),
  ...['H', 'HR', 'HRS', 'HOUR', 'HOURS'].map((name) => [name, 3600] as const),
  ...['D', 'DAY', 'DAYS'].map((name) => [name, DAY] as const),
]);

/** Seconds of a number and its unit; without a unit they are seconds (HL7 v2.9 10.6.1.10, 10.6.4.8). */
function secondsOf(number: Place | undefined, unit: Place | undefined, run: Run): number | undefined {
  const value = number?.text() ?? '';
  const name = (unit?.text() ?? '').toUpperCase();
  const length = name === '' ? 1 : SECONDS.get(name);
  if (/^[+-]?\d{1,8}$/.test(value) && length !== undefined) return Number(value) * length;
  const guilty = length === undefined ? unit : number;
  run.issue('value-dropped', guilty?.path() ?? '', 'no duration of a fixed length');
  return undefined;
}

/** `whole-minutes`: a duration as whole minutes; one that is none is left out and reported. */
export const wholeMinutes: Read = (args, run) => {
  if ((args[0]?.text() ?? '') === '') return undefined;
  const seconds = secondsOf(args[0], args[1], run);
  if (seconds === undefined) return undefined;
  if (seconds > 0 && seconds % 60 === 0) return seconds / 60;
  run.issue('value-dropped', args[0]?.path() ?? '', 'no whole number of minutes');
  return undefined;
};

/**
 * `shifted`: a time and how much later. Only a time that states its minute has a later one. It is the same clock's, so the
 * offset of the start is kept: what it names is an instant, whatever the zone does in between.
 */
export const shifted: Read = (args, run) => {
  const [place, number, unit] = args;
  const text = place?.text() ?? '';
  if (place === undefined || text === '' || (number?.text() ?? '') === '') return undefined;
  const start = run.time(text, () => place.path());
  if (start === undefined || start.precision < 5) return undefined;
  const seconds = secondsOf(number, unit, run);
  if (seconds === undefined) return undefined;
  return toFhirDateTime(later(start, seconds));
};

function later(start: Time, seconds: number): Time {
  const clock = (start.hour * 60 + start.minute) * 60 + start.second + seconds;
  const days = Math.floor(clock / DAY);
  const rest = clock - days * DAY;
  return {
    ...start,
    ...civilFromDays(daysFromCivil(start.year, start.month, start.day) + days),
    epochMs: start.epochMs + seconds * 1000,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}
