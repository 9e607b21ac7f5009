import type { InternalSchemaElement } from '@medplum/core';
import { typeSchema } from './definitions.ts';

type Json = Record<string, unknown>;

/** One value in a resource with the definition of the element that it fills. */
export interface ElementValue {
  readonly path: string;
  readonly type: string;
  readonly element: InternalSchemaElement;
  readonly value: unknown;
  /** Another property of the same `value[x]` came before it. */
  readonly secondChoice: boolean;
}

interface Slot {
  readonly element: InternalSchemaElement;
  readonly type: string;
}

const plans = new Map<string, ReadonlyMap<string, Slot>>();

/** Every element value of a resource, depth first, as its R4 definition types it; unknown properties are left out. */
export function* walkElements(type: string, value: Json, path: string): Generator<ElementValue> {
  const slots = planOf(type);
  const chosen = new Set<InternalSchemaElement>();
  for (const [name, held] of Object.entries(value)) {
    const slot = slots.get(name);
    if (!slot) continue;
    const many = Array.isArray(held);
    const secondChoice = chosen.has(slot.element);
    chosen.add(slot.element);
    for (const [index, item] of (many ? held : [held]).entries()) {
      const place = many ? `${path}.${name}[${index}]` : `${path}.${name}`;
      yield { path: place, type: slot.type, element: slot.element, value: item, secondChoice };
      if (typeof item === 'object' && item !== null && !Array.isArray(item))
        yield* walkElements(typeOf(slot, item as Json), item as Json, place);
    }
  }
}

/** Contained resources and entries of a Bundle say themselves what they are. */
function typeOf(slot: Slot, value: Json): string {
  return slot.type === 'Resource' && typeof value['resourceType'] === 'string' ? value['resourceType'] : slot.type;
}

function planOf(type: string): ReadonlyMap<string, Slot> {
  const known = plans.get(type);
  if (known) return known;
  const plan = new Map<string, Slot>();
  for (const [key, element] of Object.entries(typeSchema(type)?.elements ?? {})) {
    const choice = key.endsWith('[x]') ? key.slice(0, -3) : undefined;
    for (const { code } of element.type) {
      const name = choice === undefined ? key : `${choice}${code.charAt(0).toUpperCase()}${code.slice(1)}`;
      plan.set(name, { element, type: code });
    }
  }
  plans.set(type, plan);
  return plan;
}
