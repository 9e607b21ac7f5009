import { applyDefaults } from './defaults.ts';
import { limitLanguages } from './limited-concepts.ts';
import type { ResourceState } from './merge.ts';
import type { Slots } from './spoken-slots.ts';
import { spokenSlots } from './spoken-slots.ts';
import type { Fragment, ResourceDraft } from './statement.ts';
import { liftUnmappedCodes } from './unmapped-codes.ts';
import { applyVisit } from './visit.ts';

/** A FHIR resource as plain JSON. */
export type Resource = { resourceType: string; id: string } & Record<string, unknown>;

/**
 * Renders a whole resource from its slots: bulk import replaces whole resources. Fragments are joined in the order of
 * the slot names, so the same slots give the same bytes; a cleared slot contributes nothing. What only a default can
 * give (a required status nobody stated) is added here and nowhere else (SEMANTICS 1.2).
 */
export function render(type: string, id: string, slots: Slots): Resource {
  return liftUnmappedCodes(completed(type, id, slots)) as Resource;
}

export function renderState(state: ResourceState): Resource {
  return render(state.type, state.id, state.slots);
}

/** What a message states of a resource, rendered as it stands. */
export function renderDraft(draft: ResourceDraft): Resource {
  const resource = completed(draft.type, draft.id, draft.slots);
  return draft.isPlain === true ? resource : (liftUnmappedCodes(resource) as Resource);
}

function completed(type: string, id: string, slots: Slots): Resource {
  const { fragments, events } = spokenSlots(slots);
  const joining = new Joining(type, id);
  for (const fragment of fragments) joining.add(fragment);
  const { resource } = joining;
  if (type === 'Encounter') applyVisit(resource, events);
  applyDefaults(type, resource);
  limitLanguages(type, resource);
  return resource;
}

/** Joins fragments: arrays are concatenated, objects joined, anything else set. The later of two scalars wins. */
class Joining {
  readonly resource: Resource;
  readonly #keys = ['resourceType', 'id'];
  /** The list made last. What slots hold is not ours to change; this is, and the next slot often adds to it. */
  #grown: unknown[] | undefined;

  constructor(type: string, id: string) {
    this.resource = { resourceType: type, id };
  }

  add(fragment: Fragment): void {
    const { resource } = this;
    for (const key in fragment) {
      const value = fragment[key];
      resource[key] = this.#isNew(key) ? value : this.#joined(resource[key], value);
    }
  }

  // Most slots hold elements that no other holds, and a resource has few.
  #isNew(key: string): boolean {
    const keys = this.#keys;
    for (let at = 0; at < keys.length; at += 1) if (keys[at] === key) return false;
    keys.push(key);
    return true;
  }

  #joined(known: unknown, value: unknown): unknown {
    if (!Array.isArray(known) || !Array.isArray(value))
      return isPlain(known) && isPlain(value) ? merged(known, value) : value;
    if (known !== this.#grown) this.#grown = [...known];
    for (const item of value) this.#grown.push(item);
    return this.#grown;
  }
}

function merged(known: Fragment, value: Fragment): Fragment {
  const both: Record<string, unknown> = { ...known };
  for (const key in value) {
    const [one, other] = [both[key], value[key]];
    if (Array.isArray(one) && Array.isArray(other)) both[key] = [...one, ...other];
    else both[key] = isPlain(one) && isPlain(other) ? merged(one, other) : other;
  }
  return both;
}

function isPlain(value: unknown): value is Fragment {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
