import { objectOf } from './fields.ts';
import type { Findings } from './findings.ts';
import { readReference } from './references.ts';

/** Checks the text of a Reference, and its type against the types that its element may point to (any without `targets`). */
export function checkTargets(value: unknown, targets: ReadonlySet<string> | undefined, at: Findings): void {
  const reference = objectOf(value);
  if (reference === undefined) return;
  const { reference: text, type } = reference as { reference?: unknown; type?: unknown };
  if (typeof type === 'string' && targets !== undefined && !targets.has(type) && !type.includes(':')) {
    at.report('reference-target', 'type');
  }
  if (typeof text !== 'string' || text.length === 0) return;
  if (text.startsWith('#')) at.noteLocal(text.slice(1));
  const read = readReference(text);
  if (read.form === 'invalid') at.report('reference-invalid', 'reference');
  if (read.form !== 'literal') return;
  if (targets !== undefined && !targets.has(read.type)) at.report('reference-target', 'reference');
  else if (typeof type === 'string' && type !== read.type) at.report('reference-target', 'type');
}
