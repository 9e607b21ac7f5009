import type { Draft, OpenFragment } from './draft.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import type { Sink } from './sink.ts';

/** Rows write into the slots of a draft. `only` sends all of them into one slot. */
export class DraftSink implements Sink {
  readonly draft: Draft;
  readonly #run: Run;
  readonly #only: string | undefined;
  readonly source: string;

  /** `source` is the provenance of rows that read nothing. */
  constructor(draft: Draft, run: Run, source = '', only?: string) {
    this.draft = draft;
    this.#run = run;
    this.source = source;
    this.#only = only;
  }

  fragment(slot: string, place: Place | undefined, key: string): OpenFragment {
    const name = this.#only ?? slot;
    const held = this.draft.slots[name]?.value;
    if (held !== undefined && held !== null && this.#run.trace === undefined) return held;
    // A position is written out only for what is new.
    const from = place === undefined ? this.source : place.path();
    const fragment = this.draft.fragment(name, from);
    const repetition = place?.repetition ?? 1;
    this.#run.trace?.explain({ resource: this.draft.key, slot: name, row: key, from, repetition }, fragment);
    return fragment;
  }

  held(slot: string): OpenFragment | undefined {
    return this.draft.slots[this.#only ?? slot]?.value ?? undefined;
  }

  clear(slot: string, place: Place): void {
    if (!slot.includes('{')) this.draft.clear(this.#only ?? slot, place.path());
  }

  /** `identifier#{namespace}` -> `identifier#<token>|<type>`: identifiers are kept per namespace and type (SEMANTICS 1.3). */
  slotOf(slot: string, value: unknown): string {
    const { system = '', type } = value as { system?: string; type?: { coding?: readonly { code?: string }[] } };
    const token = this.#run.setting.namespaces.tokenOf(system);
    return slot.replace('{namespace}', `${token}|${type?.coding?.[0]?.code ?? ''}`);
  }
}
