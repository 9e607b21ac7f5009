import type { ObjectPointer, ObjectStore } from '../../core/ports.ts';

interface Cursor {
  readonly at?: number;
  readonly poison: readonly number[];
}

const decoder = new TextDecoder();

/**
 * Careful mode (DESIGN section 3): the ordinal is written down before each message. When the task comes back to a cursor
 * that still names one, that message ended it: it is dead, `poison`, and its neighbours go on.
 */
export async function carefulCursor(
  objects: ObjectStore,
  place: ObjectPointer,
): Promise<{ enter(ordinal: number): Promise<boolean>; leave(): Promise<void> }> {
  const bytes = await objects.get(place);
  const before: Cursor = bytes === undefined ? { poison: [] } : (JSON.parse(decoder.decode(bytes)) as Cursor);
  const poison = before.at === undefined ? before.poison : [...before.poison, before.at];
  return {
    async enter(ordinal) {
      if (poison.includes(ordinal)) return true;
      await objects.put(place, JSON.stringify({ at: ordinal, poison }));
      return false;
    },
    leave: () => objects.put(place, JSON.stringify({ poison })),
  };
}
