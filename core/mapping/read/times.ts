import { birthTime, laterBy, readTimeOfDay, toFhirDate, toFhirDateTime, toFhirInstant } from '../../hl7v2/times.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => string | undefined;
type ReadSeveral = (args: readonly Place[], run: Run, argument: string) => string | readonly string[] | undefined;

/** `date`: cut to precision, never shifted by a zone. */
export const date: Read = (args, run) => {
  const time = timeAt(args, run);
  return time === undefined ? undefined : toFhirDate(time);
};

/** `dateTime`; `dateTime(timed)` gives only a time that states more than a day, and no all-zero one. */
export const dateTime: Read = (args, run, argument) => {
  const time = timeAt(args, run);
  if (time === undefined) return undefined;
  if (argument !== 'timed') return run.dateTime(time);
  const born = birthTime(time);
  return born.precision <= 3 ? undefined : toFhirDateTime(born);
};

/** `instant`: a time that names no minute is no instant; it is left out and reported. */
export const instant: Read = (args, run) => {
  const time = timeAt(args, run);
  if (time === undefined) return undefined;
  const written = toFhirInstant(time);
  if (written === undefined) run.issue('value-dropped', args[0]?.path() ?? '');
  return written;
};

/**
 * `after`: a time, and how many minutes later. Only a time that states its minute has a later one; the offset stays that of
 * the start, so that the two name instants of one clock.
 */
export const after: Read = (args, run) => {
  const start = timeAt(args, run);
  const minutes = args[1]?.text() ?? '';
  if (start === undefined || minutes === '' || start.precision < 5) return undefined;
  if (/^\d{1,6}$/.test(minutes)) return toFhirDateTime(laterBy(start, Number(minutes)));
  run.issue('value-unreadable', args[1]?.path() ?? '');
  return undefined;
};

/** `time`; `time(list)` takes several with commas between them, as RI.2 does (HL7 v2.5.1 4.3.2.2). */
export const time: ReadSeveral = (args, run, argument) => {
  const text = args[0]?.text() ?? '';
  if (text === '') return undefined;
  if (argument !== 'list') return timeOfDay(text, args, run);
  const times = text.split(',').flatMap((one) => timeOfDay(one.trim(), args, run) ?? []);
  return times.length === 0 ? undefined : times;
};

function timeOfDay(text: string, args: readonly Place[], run: Run): string | undefined {
  const read = readTimeOfDay(text);
  if (read.ok) return read.value;
  for (const issue of read.issues) run.issue(issue.code, args[0]?.path() ?? '');
  return undefined;
}

function timeAt(args: readonly Place[], run: Run): ReturnType<Run['time']> {
  const place = args[0];
  const text = place?.text() ?? '';
  return place === undefined || text === '' ? undefined : run.time(text, () => place.path());
}
