import type { OpenFragment } from './draft.ts';
import { ValueEnv } from './env.ts';
import type { RunRules, Sink } from './sink.ts';
import type { ValueRows } from './straight.ts';

/** A sink for one datatype value: every slot is the value itself. */
export class ValueSink implements Sink {
  readonly value: OpenFragment;
  constructor(value: OpenFragment = {}) {
    this.value = value;
  }
  fragment(): OpenFragment {
    return this.value;
  }
  // Rows of a datatype map share one value; of a choice only its own members count.
  held(slot: string): OpenFragment {
    return Object.fromEntries(Object.entries(this.value).filter(([name]) => name.startsWith(slot)));
  }
  // A component that is null says that this part is empty; the part is left out of the new value.
  clear(): void {}
  slotOf(slot: string): string {
    return slot;
  }
}

/** Reads a value by the closures of its datatype map; undefined when none of them gave anything. */
export function linkDatatype(rules: RunRules): ValueRows {
  return (place, run) => {
    const value: OpenFragment = {};
    rules(new ValueEnv(run, place), new ValueSink(value), -1);
    for (const _ in value) return value;
    return undefined;
  };
}
