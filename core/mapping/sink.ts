import type { OpenFragment } from './draft.ts';
import type { Env } from './env.ts';
import type { Place } from './place.ts';

/** Where rows write: the slots of a resource, or one datatype value. */
export interface Sink {
  /** `key` is the row, for the trace; `from` the place that spoke. */
  fragment(slot: string, place: Place | undefined, key: string): OpenFragment;
  /** The fragment of a slot if rows already wrote into it. */
  held(slot: string): OpenFragment | undefined;
  clear(slot: string, place: Place): void;
  /** Name of a slot whose suffix comes from the value. */
  slotOf(slot: string, value: unknown): string;
}

/** The rows of a map as one closure. `offset` is the place of a segment in a list of segments, -1 outside of a list. */
export type RunRules = (env: Env, sink: Sink, offset: number) => void;
