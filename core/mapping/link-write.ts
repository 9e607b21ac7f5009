import type { OpenFragment } from './draft.ts';
import { UnmappedCode } from './link-value.ts';
import type { Place } from './place.ts';
import { linkAppend, linkPut } from './put.ts';
import type { Rule, Step } from './rule.ts';
import type { Sink } from './sink.ts';

/** Answers whether an element came to stand. */
export type Write = (sink: Sink, value: unknown, place: Place | undefined, offset: number, spread: number) => boolean;

export function linkWrite(rule: Rule): Write {
  const put = rule.via.argument === 'joined' ? linkAppend(rule.to) : linkPut(rule.to);
  const sets = rule.set.map((item) => ({ put: linkPut(item.to, rule.to), value: item.value }));
  const beside = linkBeside(rule.to);
  const computed = rule.slot.includes('{');
  if (!computed && sets.length === 0) {
    const { slot, key } = rule;
    return (sink, value, place, offset, spread) => {
      if (value === undefined) return false;
      const fragment = sink.fragment(slot, place, key);
      if (value instanceof UnmappedCode) return beside?.(fragment, value, offset, spread) === true;
      return put(fragment, value, offset, spread);
    };
  }
  return (sink, value, place, offset, spread) => {
    const slot = computed ? sink.slotOf(rule.slot, value) : rule.slot;
    const fragment = sink.fragment(slot, place, rule.key);
    if (computed && holdsSame(fragment, rule.to[0]?.name ?? '', value)) return true;
    // Such a slot holds repetitions of its own name alone: what is set belongs to the one that is written now.
    const [within, element] = computed ? [0, heldIn(fragment, rule.to[0]?.name ?? '')] : [offset, spread];
    let wrote =
      value instanceof UnmappedCode
        ? beside?.(fragment, value, offset, spread) === true
        : value !== undefined && put(fragment, value, offset, spread);
    for (const set of sets) wrote = set.put(fragment, copyOf(set.value), within, element) || wrote;
    return wrote;
  };
}

// A literal of the plan is shared by all messages, and rows may join into what they find.
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: OpenFragment = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as OpenFragment)[key]);
  return copy;
}

// PID-2, PID-3 and PID-4 often repeat one number; it is stated once.
function holdsSame(fragment: OpenFragment, name: string, value: unknown): boolean {
  const held = fragment[name] as readonly unknown[] | undefined;
  if (held === undefined) return false;
  const text = JSON.stringify(value);
  return held.some((item) => JSON.stringify(item) === text);
}

const heldIn = (fragment: OpenFragment, name: string): number =>
  (fragment[name] as readonly unknown[] | undefined)?.length ?? 0;

/** Keeps an unmapped code at the element's sibling: `_gender.extension`. */
function linkBeside(
  steps: readonly Step[],
): ((root: OpenFragment, code: UnmappedCode, offset: number, spread: number) => boolean) | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const put = linkPut([...steps.slice(0, -1), { ...last, name: `_${last.name}` }]);
  return (root, code, offset, spread) => put(root, { extension: [code.extension] }, offset, spread);
}
