import type { OpenFragment } from './draft.ts';
import { ValueEnv } from './env.ts';
import type { Read } from './functions.ts';
import type { RunRules, Sink } from './sink.ts';

/** A sink for one datatype value: every slot is the value itself. */
export class ValueSink implements Sink {
  readonly value: OpenFragment = {};
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

export function linkDatatype(rules: RunRules): Read {
  return (args, run) => {
    const place = args[0];
    if (place === undefined) return undefined;
    const sink = new ValueSink();
    rules(new ValueEnv(run, place), sink, -1);
    return isEmpty(sink.value) ? undefined : sink.value;
  };
}

function isEmpty(value: OpenFragment): boolean {
  for (const _ in value) return false;
  return true;
}
