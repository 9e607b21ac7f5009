import type { FunctionName } from './function-types.ts';
import type { Place } from './place.ts';
import { coding, identifier, modified } from './read/codes.ts';
import { shifted, wholeMinutes } from './read/durations.ts';
import { attachment, place, textAttachment } from './read/files.ts';
import {
  boolean,
  decimal,
  duration,
  integer,
  minutes,
  quantity,
  range,
  ratio,
  referenceRange,
  snQuantity,
  snRange,
  snRatio,
  snText,
  unmeasured,
} from './read/numbers.ts';
import { lines, repeats, text, whole } from './read/texts.ts';
import { after, date, dateTime, instant, time } from './read/times.ts';
import { universalId } from './read/universal-ids.ts';
import type { Run } from './run.ts';

/** What a row's `via` does: places in, a FHIR value or nothing out. It reports what it cannot read and never throws. */
export type Read = (args: readonly Place[], run: Run, argument: string) => unknown;

export const functions: Readonly<Record<FunctionName, Read>> = {
  text,
  whole,
  lines,
  repeats,
  date,
  dateTime,
  instant,
  time,
  shifted,
  'whole-minutes': wholeMinutes,
  decimal,
  integer,
  boolean,
  after,
  coding,
  modified,
  identifier,
  quantity,
  unmeasured,
  minutes,
  duration,
  range,
  'reference-range': referenceRange,
  'sn-quantity': snQuantity,
  'sn-range': snRange,
  ratio,
  'sn-ratio': snRatio,
  'sn-text': snText,
  attachment,
  'text-attachment': textAttachment,
  place,
  'universal-id': universalId,
};

/** Functions that read all repetitions themselves, so that the row runs once for the field. */
export const wholeField: ReadonlySet<string> = new Set<FunctionName>([
  'lines',
  'repeats',
  'text-attachment',
  'modified',
]);
