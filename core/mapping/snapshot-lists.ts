import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Draft } from './draft.ts';
import { NULL } from './place.ts';

interface OpenList {
  readonly holder: Draft;
  readonly slot: string;
  readonly from: string;
  readonly ids: string[];
  whole: boolean;
}

/**
 * The lists that arrive as snapshots (SEMANTICS 6): AL1, NK1, IN1 and DG1 of an authoritative message are all members as
 * of that time. A list is stated on the resource it belongs to, in the silent slot `list#AL1`, as the ids of its members
 * in their order; a list without members is a cleared slot. A list of which one member has no id is not stated: it would
 * end what it only failed to name.
 */
export class SnapshotLists {
  readonly #lists: OpenList[] = [];

  /** One segment of the list: `member` is the key of what it made, `acts` that it acts on one member alone. */
  note(holder: Draft, segment: Hl7Segment, member: string | undefined, acts: boolean): void {
    const list = this.#listOf(holder, segment.name);
    if (acts) list.whole = false;
    else if (member === undefined) list.whole &&= isNull(segment);
    else if (!list.ids.includes(member)) list.ids.push(member);
  }

  /** One segment that makes no member, by a condition of its row. */
  pass(holder: Draft, segment: Hl7Segment): void {
    this.#listOf(holder, segment.name);
  }

  state(): void {
    for (const { holder, slot, from, ids, whole } of this.#lists) {
      if (whole) holder.state(slot, ids.length === 0 ? null : { ids }, from);
    }
  }

  #listOf(holder: Draft, of: string): OpenList {
    for (const known of this.#lists) if (known.from === of && known.holder === holder) return known;
    const list = { holder, slot: `list#${of}`, from: of, ids: [], whole: true };
    this.#lists.push(list);
    return list;
  }
}

// HL7 v2.9 2.5.3.1: `""` in the fields of a segment empties them. The set id counts segments and says nothing.
function isNull(segment: Hl7Segment): boolean {
  let nulls = 0;
  for (let field = 2; field <= segment.fieldCount; field += 1) {
    const text = segment.source(field);
    if (text === NULL) nulls += 1;
    else if (text !== '') return false;
  }
  return nulls > 0;
}
