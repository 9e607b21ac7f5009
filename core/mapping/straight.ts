/**
 * What the rows compiled to straight code (`generated/straight-rows.js`) call: the parts that are alike in all of them.
 * Each does what the closures of `link.ts` do for the same row.
 */
import type { OpenFragment } from './draft.ts';
import type { DraftSink } from './draft-sink.ts';
import type { SegmentEnv } from './env.ts';
import { ValueSink } from './link-datatype.ts';
import type { LinkedTable } from './link-value.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import type { RunRules, Sink } from './sink.ts';

/** What a map's function is given when the map first runs: closures of single rows, and other maps. */
export interface StraightLinks {
  /** The closure of a row of a segment map that has no straight form. */
  row(at: number): RunRules;
  /** The same of a datatype map. */
  part(at: number): (place: Place, run: Run, sink: Sink) => void;
  /** What writes the value of a row. */
  write(at: number): (sink: Sink, value: unknown, place: Place | undefined, offset: number, spread: number) => void;
  table(name: string): LinkedTable;
  datatype(name: string): (place: Place, run: Run) => unknown;
}

/** A segment map; `offset` as in `RunRules`. */
export type SegmentRows = (env: SegmentEnv, sink: DraftSink, offset: number) => void;
/** A datatype map that makes a value; undefined when no row gave anything. */
export type ValueRows = (place: Place, run: Run) => OpenFragment | undefined;
/** A datatype map that makes a resource. */
export type ResourceRows = (place: Place, run: Run, sink: DraftSink) => void;

/** A sink for a value that is there already, for the closures of single rows. */
export const sinkOf = (value: OpenFragment): Sink => new ValueSink(value);
