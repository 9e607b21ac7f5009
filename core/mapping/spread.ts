import { wholeField } from './functions.ts';
import type { Rule } from './rule.ts';

/** Whether a field's repetitions have a place: in the last list of the path, which may be its only one. */
export function spreadOf(rule: Rule): 'no' | 'only' | 'yes' {
  if (wholeField.has(rule.via.name)) return 'no';
  const steps = rule.to.length > 0 ? rule.to : (rule.set[0]?.to ?? []);
  // A list entered at a given index takes one value.
  const lists = steps.filter((step) => step.many && step.index === 0).length;
  if (lists === 0) return 'no';
  return lists === 1 && steps.at(-1)?.many !== true ? 'only' : 'yes';
}
