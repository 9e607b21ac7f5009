import { applyDefaults } from './defaults.ts';
import { limitLanguages } from './limited-concepts.ts';
import type { ResourceState } from './merge.ts';
import type { SlotValue } from './statement.ts';
import { liftUnmappedCodes } from './unmapped-codes.ts';
import { applyVisit, type VisitEvent } from './visit.ts';

/** A FHIR resource as plain JSON. */
export type Resource = { resourceType: string; id: string } & Record<string, unknown>;

type Slots = Readonly<Record<string, { readonly value: SlotValue }>>;

/**
 * Renders a whole resource from its slots: bulk import replaces whole resources. Fragments are joined in the order of
 * the slot names, so the same slots give the same bytes; a cleared slot contributes nothing. What only a default can
 * give (a required status nobody stated) is added here and nowhere else (SEMANTICS 1.2).
 */
export function render(type: string, id: string, slots: Slots): Resource {
  const resource: Record<string, unknown> = { resourceType: type, id };
  const names = Object.keys(slots).toSorted();
  for (const name of names) {
    const value = slots[name]?.value;
    if (value !== null && value !== undefined && !isSilent(name)) joinInto(resource, value);
  }
  if (type === 'Encounter') applyVisit(resource, eventsOf(slots));
  applyDefaults(type, resource);
  limitLanguages(type, resource);
  return liftUnmappedCodes(resource) as Resource;
}

export function renderState(state: ResourceState): Resource {
  return render(state.type, state.id, state.slots);
}

/** Slots that hold a visit event rather than a fragment (SEMANTICS 4.1). */
export function isEvent(slot: string): boolean {
  return slot.startsWith('event#');
}

/** Slots that say something about the resource without being a part of it, by what stands before their `#`. */
const SILENT: ReadonlySet<string> = new Set([
  // What happened to a visit (SEMANTICS 4.1)
  'event',
  // Which texts are a note's
  'note',
  // What it became, and from whom it was moved (SEMANTICS 7)
  'alias',
  'moved',
  // Which members it has, of those that arrive as a list or a snapshot (SEMANTICS 5.2, 6)
  'list',
]);

function isSilent(slot: string): boolean {
  return SILENT.has(slot.slice(0, Math.max(slot.indexOf('#'), 0)));
}

function eventsOf(slots: Slots): VisitEvent[] {
  return Object.keys(slots)
    .filter(isEvent)
    .toSorted()
    .flatMap((name) => {
      const value = slots[name]?.value;
      return value ? [value] : [];
    });
}

// Arrays are concatenated, objects joined, anything else set: later slots (in name order) win a scalar.
function joinInto(target: Record<string, unknown>, fragment: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(fragment)) {
    const known = target[key];
    if (Array.isArray(known) && Array.isArray(value)) target[key] = [...known, ...value];
    else if (isPlain(known) && isPlain(value)) {
      const joined = { ...known };
      joinInto(joined, value);
      target[key] = joined;
    } else target[key] = value;
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
