import type { Fragment, ResourceDraft, SlotStatement } from '../merge/statement.ts';

/** A fragment while rows still write into it. */
export type OpenFragment = Record<string, unknown>;

interface Held {
  value: OpenFragment | null;
  from: string;
  authority?: number;
}

/** A slot that is about to be written into. */
export const opened = (from: string): Held & { value: OpenFragment } => ({ value: {}, from });

/** A resource under construction: slots that rows write into, in the order of the rows. */
export class Draft {
  readonly type: string;
  readonly id: string;
  /** `Type/id`. */
  readonly key: string;
  readonly root: string;
  readonly authority: number;
  readonly slots: Record<string, Held> = {};

  constructor(type: string, id: string, authority: number, root?: string, key = `${type}/${id}`) {
    this.type = type;
    this.id = id;
    this.key = key;
    this.authority = authority;
    this.root = root ?? key;
  }

  /** The fragment of a slot, to write into; a value outranks a clear from the same message. */
  fragment(slot: string, from: string): OpenFragment {
    const held = this.slots[slot];
    if (held?.value != null) return held.value;
    const value: OpenFragment = {};
    this.slots[slot] = { value, from };
    return value;
  }

  clear(slot: string, from: string): void {
    this.slots[slot] ??= { value: null, from };
  }

  /** States a slot as a whole; an authority that is given is the slot's own (SEMANTICS 2.1). */
  state(slot: string, value: OpenFragment | null, from: string, authority?: number): void {
    this.slots[slot] = authority === undefined ? { value, from } : { value, from, authority };
  }

  /** Takes over what another draft of the same resource states: where both speak, the greater authority, else this one. */
  adopt(other: Draft): void {
    for (const [name, stated] of Object.entries(other.slots)) {
      const held = this.slots[name];
      const authority = stated.authority ?? other.authority;
      if (held === undefined || authority > (held.authority ?? this.authority))
        this.slots[name] = { ...stated, authority };
    }
  }

  /** Whether nothing was stated yet. */
  isEmpty(): boolean {
    for (const _ in this.slots) return false;
    return true;
  }

  /** The code of `status` as stated, if any. */
  get status(): string | undefined {
    return this.slots['status']?.value?.['status'] as string | undefined;
  }

  /** The finished draft; slots in which nothing came to stand are left out. */
  finish(): ResourceDraft {
    const { type, id, root, authority } = this;
    return {
      type,
      id,
      root,
      authority,
      rank: rankOf(this.status),
      slots: this.#isSettled() ? this.slots : this.#settled(),
    };
  }

  #isSettled(): boolean {
    for (const name in this.slots) {
      const { value, authority } = this.slots[name] as Held;
      if (authority !== undefined || !(value === null || isDense(value))) return false;
    }
    return true;
  }

  #settled(): Record<string, SlotStatement> {
    const slots: Record<string, SlotStatement> = {};
    const { authority } = this;
    for (const name in this.slots) {
      const { value, from, authority: own = authority } = this.slots[name] as Held;
      const settled = value === null || isDense(value) ? value : prune(value);
      if (settled === undefined) continue;
      slots[name] = { value: settled as Fragment | null, from, ...(own === authority ? {} : { authority: own }) };
    }
    return slots;
  }
}

// Order of result statuses (SEMANTICS 2.4); what was withdrawn outranks what was corrected.
const RANKS: Readonly<Record<string, number>> = {
  registered: 1,
  partial: 2,
  preliminary: 2,
  final: 3,
  amended: 4,
  corrected: 4,
  appended: 4,
  cancelled: 5,
  'entered-in-error': 6,
};

function rankOf(status: string | undefined): number {
  return status === undefined ? 0 : (RANKS[status] ?? 0);
}

/**
 * Whether no object or list in it is empty, itself included; so it is nearly always, and nothing needs to be looked at
 * more closely. A URL alone may be that of an extension that says nothing.
 */
function isDense(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0 && (value as unknown[]).every(isDenseItem);
  let empty = true;
  for (const key in value) {
    if (!isDenseItem((value as OpenFragment)[key])) return false;
    if (key !== 'url') empty = false;
  }
  return !empty;
}

function isDenseItem(item: unknown): boolean {
  return typeof item === 'object' && item !== null ? isDense(item) : item !== undefined;
}

/** Without empty objects and lists; undefined when nothing is left. */
function prune(value: unknown): unknown {
  if (Array.isArray(value)) return pruneList(value);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  let empty = true;
  for (const key of Object.keys(record)) {
    const held = record[key];
    const kept = key === 'extension' ? pruneExtensions(held) : prune(held);
    if (kept === undefined) delete record[key];
    else {
      if (kept !== held) record[key] = kept;
      empty = false;
    }
  }
  return empty ? undefined : record;
}

function pruneList(list: readonly unknown[]): readonly unknown[] | undefined {
  const kept = list.map(prune).filter((item) => item !== undefined);
  return kept.length === 0 ? undefined : kept;
}

// A segment of a list that said nothing leaves the URL of its extension alone.
function pruneExtensions(held: unknown): unknown {
  const kept = prune(held);
  if (!Array.isArray(kept)) return kept;
  const valued = kept.filter((extension: object) => Object.keys(extension).length > 1);
  return valued.length === 0 ? undefined : valued;
}
