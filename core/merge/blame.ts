import type { ResourceState, SlotState } from './merge.ts';

/**
 * Which slot answers for a fault at a path of a rendered resource, such as `Patient.birthDate` or `Observation.value[x]`:
 * the winning slot whose fragment gives that top element, else the one said last. Undefined for a resource without slots.
 */
export function blamedSlot(state: ResourceState, path: string): { name: string; slot: SlotState } | undefined {
  const element = topElement(path);
  const giving = Object.entries(state.slots).filter(([, slot]) => slot.value !== null);
  const named = giving.filter(([, slot]) => element !== undefined && gives(slot, element));
  const [name, slot] = latest(named.length > 0 ? named : giving) ?? [];
  return name === undefined || slot === undefined ? undefined : { name, slot };
}

function topElement(path: string): string | undefined {
  return /^[A-Z][A-Za-z]*\.([A-Za-z]+)/.exec(path)?.[1];
}

function gives(slot: SlotState, element: string): boolean {
  return Object.keys(slot.value ?? {}).some(
    (key) => key === element || (element.length > 3 && key.startsWith(element)),
  );
}

function latest(slots: readonly [string, SlotState][]): [string, SlotState] | undefined {
  return slots.reduce<[string, SlotState] | undefined>(
    (last, entry) => (last === undefined || entry[1].order > last[1].order ? entry : last),
    undefined,
  );
}
