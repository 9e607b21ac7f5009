/**
 * What a message says of one slot of one resource (SEMANTICS 1.1), as it waits in the work bucket.
 *
 * A slot is named by its meaning (`telecom#home`), not by its field, so that sources meet. Its value is a *fragment*: the
 * part of the FHIR resource that this slot contributes, e.g. `{ telecom: [{ ... }] }`. Rendering joins the fragments of all
 * slots; arrays are concatenated in the order of the slot names, objects are joined, a scalar is set.
 */
export type Fragment = Readonly<Record<string, unknown>>;

/** `null` is *clear* (HL7 `""`): the slot is said to be empty (SEMANTICS 1.3). */
export type SlotValue = Fragment | null;

export interface SlotStatement {
  readonly value: SlotValue;
  /** Field, repetition or column that said it: `PID-13`, `OBX[2]-5`, `patients.PHONE`. */
  readonly from: string;
  /** Authority of this slot where it differs from that of its resource (SEMANTICS 2.1). */
  readonly authority?: number;
}

/** `Type/id`. */
export type ResourceKey = string;

/** Everything one message states of one resource. Slots named `event#...` are visit events (SEMANTICS 4), `list#...` the lists of section 6. */
export interface ResourceDraft {
  readonly type: string;
  readonly id: string;
  /** The resource whose versions must meet: a report for its observations; itself when it stands alone. */
  readonly root: ResourceKey;
  /** SEMANTICS 2.1: 2 authoritative, 1 fills what nobody else stated. */
  readonly authority: number;
  /** SEMANTICS 2.4: preliminary < final < corrected; 0 where there is no status. */
  readonly rank: number;
  readonly slots: Readonly<Record<string, SlotStatement>>;
  /** It is known that nothing stands beside an element (`_name`), so that rendering need not look for it. */
  readonly isPlain?: boolean;
}

/** One line of `batches/<batch>/staged/<chunk>.ndjson`: what one message states of one resource, ready to be merged. */
export interface StagedLine {
  readonly batch: string;
  /** 1-based; below zero for what was found in a note of message `-ordinal`, which has a book of its own. */
  readonly ordinal: number;
  readonly type: string;
  readonly id: string;
  readonly root: ResourceKey;
  /** Order key of every slot of this line that names no other (see `order-key.ts`). */
  readonly order: string;
  readonly slots: Readonly<
    Record<string, { readonly value: SlotValue; readonly from: string; readonly order?: string }>
  >;
}
