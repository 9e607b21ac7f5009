import type { ResourceState, RootState } from './merge.ts';
import { type Resource, renderState } from './render.ts';
import type { SlotValue } from './statement.ts';

/**
 * What ties a finding to the text it was read in (SEMANTICS 5.5: what was derived from a note goes with the note). A message
 * states which texts its note resource holds; a finding says in which of them it was read. Both are slots like any other,
 * so what stands is a function of the set of messages; rendering passes them over.
 */
const TEXTS = 'note#texts';
const READ_IN = 'note#read-in#';

type Marks = Readonly<Record<string, { readonly value: SlotValue; readonly from: string }>>;

/** For a note's resource: keyed hashes of all texts that one message gives it. */
export function textMarks(hashes: readonly string[], from: string): Marks {
  return { [TEXTS]: { value: { hashes }, from } };
}

/** For a finding: the note's resource, and the text by its keyed hash. */
export function findingMarks(note: string, hash: string, from: string): Marks {
  return { [`${READ_IN}${hash}`]: { value: { of: note }, from } };
}

/** Whether a resource was read in a text that its note does not hold (any more), or whose note is not there or withdrawn. */
export function isStale(root: RootState, resource: ResourceState): boolean {
  const readIn = Object.entries(resource.slots).filter(([name]) => name.startsWith(READ_IN));
  return (
    readIn.length > 0 && !readIn.some(([name, { value }]) => holds(root, value?.['of'], name.slice(READ_IN.length)))
  );
}

function holds(root: RootState, of: unknown, hash: string): boolean {
  const note = root.resources[String(of)];
  const hashes = note?.slots[TEXTS]?.value?.['hashes'];
  if (note === undefined || !Array.isArray(hashes) || !hashes.includes(hash)) return false;
  return renderState(note)['status'] !== 'entered-in-error';
}

/** A resource as it stands in its root. Import cannot delete: what went with its note is said to have been an error. */
export function renderStanding(root: RootState, resource: ResourceState): Resource {
  const rendered = renderState(resource);
  return isStale(root, resource) ? retract(rendered) : rendered;
}

const VALUE = /^(?:value[A-Z]|component$|dataAbsentReason$|interpretation$)/;

function retract(resource: Resource): Resource {
  if (resource.resourceType !== 'Condition') {
    const kept = Object.entries(resource).filter(
      ([name]) => resource.resourceType !== 'Observation' || !VALUE.test(name),
    );
    return { ...(Object.fromEntries(kept) as Resource), status: 'entered-in-error' };
  }
  // Invariant con-5: no clinical status then.
  const { clinicalStatus: _status, ...rest } = resource;
  const system = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
  return { ...rest, verificationStatus: { coding: [{ system, code: 'entered-in-error' }] } };
}
