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
  slots: Record<string, Held> = {};
  #hasEntries = false;

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

  /** The same of a slot that bears the id of another resource. */
  entry(slot: string, from: string): OpenFragment {
    // Such names do not come again, and would make a hidden class each. An object without prototype has none.
    if (!this.#hasEntries) {
      this.slots = Object.assign(Object.create(null) as object, this.slots);
      this.#hasEntries = true;
    }
    return this.fragment(slot, from);
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
    const found = this.#look();
    return new FinishedDraft(this, found === SPARSE ? this.#settled() : this.slots, found === DENSE);
  }

  /** A look through all slots; `SPARSE` also where one has an authority of its own to be settled. */
  #look(): Look {
    const { slots } = this;
    let found: Look = DENSE;
    for (const name in slots) {
      const { value, authority } = slots[name] as Held;
      if (authority !== undefined) return SPARSE;
      if (value === null) continue;
      const inside = lookThrough(value);
      if (inside === SPARSE) return SPARSE;
      if (inside === BESIDE) found = BESIDE;
    }
    return found;
  }

  #settled(): Record<string, SlotStatement> {
    const slots: Record<string, SlotStatement> = {};
    const { authority } = this;
    for (const name in this.slots) {
      const { value, from, authority: own = authority } = this.slots[name] as Held;
      const settled = value === null || lookThrough(value) !== SPARSE ? value : prune(value);
      if (settled === undefined) continue;
      slots[name] = { value: settled as Fragment | null, from, ...(own === authority ? {} : { authority: own }) };
    }
    return slots;
  }
}

/** `isPlain` is a getter, so that it is no part of what is stated: it is neither written nor compared. */
class FinishedDraft implements ResourceDraft {
  readonly type: string;
  readonly id: string;
  readonly root: string;
  readonly authority: number;
  readonly rank: number;
  readonly slots: Readonly<Record<string, SlotStatement>>;
  readonly #isPlain: boolean;

  constructor(draft: Draft, slots: Record<string, SlotStatement>, isPlain: boolean) {
    this.type = draft.type;
    this.id = draft.id;
    this.root = draft.root;
    this.authority = draft.authority;
    this.rank = rankOf(draft.status);
    this.slots = slots;
    this.#isPlain = isPlain;
  }

  get isPlain(): boolean {
    return this.#isPlain;
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

/** What a look through a value finds; nearly always the first, and nothing needs to be looked at more closely. */
type Look = typeof DENSE | typeof BESIDE | typeof SPARSE;
/** No object or list in it is empty, itself included. */
const DENSE = 0;
/** The same, and there is something that stands beside an element (`_name`). */
const BESIDE = 1;
const SPARSE = 2;

const UNDERSCORE = 95;

function lookThrough(value: object): Look {
  return Array.isArray(value) ? lookThroughList(value) : lookThroughFields(value as OpenFragment);
}

function lookThroughFields(fields: OpenFragment): Look {
  let found: Look = DENSE;
  let empty = true;
  for (const name in fields) {
    const item = fields[name];
    if (item === undefined) return SPARSE;
    if (isContainer(item)) {
      const inside = lookThrough(item);
      if (inside === SPARSE) return SPARSE;
      if (inside === BESIDE || name.charCodeAt(0) === UNDERSCORE) found = BESIDE;
    }
    // A URL alone may be that of an extension that says nothing.
    if (name !== 'url') empty = false;
  }
  return empty ? SPARSE : found;
}

function lookThroughList(list: readonly unknown[]): Look {
  let found: Look = DENSE;
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at];
    if (item === undefined) return SPARSE;
    if (!isContainer(item)) continue;
    const inside = lookThrough(item);
    if (inside === SPARSE) return SPARSE;
    if (inside === BESIDE) found = BESIDE;
  }
  return list.length === 0 ? SPARSE : found;
}

const isContainer = (item: unknown): item is object => typeof item === 'object' && item !== null;

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
