import { linkPut } from './put.ts';
import type { Position, Rule } from './rule.ts';
import type { RunRules } from './sink.ts';

/** A row that gives the text of a component to one element, whatever else is said: most rows of datatype maps are such. */
export function isPartAsItStands({ from, via, table, set, to, slot, choice, within }: Rule): boolean {
  if (from[0]?.kind !== 'component' || via.name !== 'text' || via.argument !== '' || table !== undefined) return false;
  return set.length === 0 && to.length === 1 && !slot.includes('{') && !choice && within === undefined;
}

export function linkPart({ to, slot, key }: Rule, at: Position, general: RunRules): RunRules {
  const put = linkPut(to);
  return (env, sink, offset) => {
    if (!env.has(at)) return;
    const place = env.run.trace === undefined ? env.place(at, 1) : undefined;
    const text = place?.text() ?? '';
    if (text === '') general(env, sink, offset);
    else put(sink.fragment(slot, place, key), text, 0, 0);
  };
}
