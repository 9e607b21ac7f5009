import type { ObjectPointer, ObjectStore } from '../../core/ports.ts';
import { readJson } from '../../core/read-json.ts';

interface Cursor {
  readonly at?: number;
  /** How often that message was entered. */
  readonly tries?: number;
  readonly poison: readonly number[];
}

/** A task may also end between two messages, or because a write was refused: once is no proof against a message. */
const TRIES = 2;

/**
 * Careful mode (DESIGN section 3): the ordinal is written down before each message. When the task comes back to a cursor
 * that still names one for the second time, that message ended it: it is dead, `poison`, and its neighbours go on.
 */
export async function carefulCursor(
  objects: ObjectStore,
  place: ObjectPointer,
): Promise<{ enter(ordinal: number): Promise<boolean>; leave(): Promise<void> }> {
  const before = (await readJson<Cursor>(objects, place.bucket, place.key)) ?? { poison: [] };
  const { at, tries = 1 } = before;
  const poison = at === undefined || tries < TRIES ? before.poison : [...before.poison, at];
  return {
    async enter(ordinal) {
      if (poison.includes(ordinal)) return true;
      const cursor: Cursor = { at: ordinal, tries: ordinal === at ? tries + 1 : 1, poison };
      await objects.put(place, JSON.stringify(cursor));
      return false;
    },
    leave: () => objects.put(place, JSON.stringify({ poison })),
  };
}
