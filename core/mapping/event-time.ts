import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Run } from './run.ts';

/** When something happened, and the field that says so. */
export interface EventTime {
  readonly written: string;
  readonly from: string;
}

/** EVN-6 says when an event happened, EVN-2 when it was recorded, MSH-7 when it was told (SEMANTICS 2.2). */
export function eventTime(evn: Hl7Segment | undefined, run: Run): EventTime | undefined {
  for (const [segment, field] of [
    [evn, 6],
    [evn, 2],
    [run.header, 7],
  ] as const) {
    const text = segment?.text(field) ?? '';
    const time = text === '' || text === '""' ? undefined : run.time(text, () => `${segment?.name}-${field}`);
    if (time === undefined || segment === undefined) continue;
    run.trace?.readField(segment, field);
    return { written: run.dateTime(time), from: `${segment.name}-${field}` };
  }
  return undefined;
}
