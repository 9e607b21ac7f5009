import type { Draft, OpenFragment } from './draft.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/**
 * States what a file that came as a value shares with the result that holds it: the patient, the visit, what kind of thing
 * it is, and that it was withdrawn (SEMANTICS 5.3).
 */
export function settleParts(holder: Draft, withdrawn: boolean, scope: Scope, run: Run): void {
  for (const part of run.parts.splice(0)) {
    const patient = scope.made('Patient');
    if (patient !== undefined) part.state('subject', { subject: { reference: patient.key } }, 'PID');
    const visit = scope.made('Encounter');
    if (visit !== undefined)
      part.state('context.encounter', { context: { encounter: [{ reference: visit.key }] } }, 'PV1');
    const code = holder.slots['code'];
    const kind = code?.value?.['code'];
    if (code !== undefined && kind !== undefined) part.state('type', { type: copyOf(kind) }, code.from);
    if (!withdrawn) continue;
    const from = holder.slots['status']?.from ?? '';
    part.state('status', { status: 'entered-in-error' }, from);
    part.state('content', null, from);
  }
}

// Two resources share no object: what one is given later must not show in the other.
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value as OpenFragment).map(([name, held]) => [name, copyOf(held)]));
}
