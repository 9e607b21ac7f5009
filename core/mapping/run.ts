import type { Hl7Segment } from '../hl7v2/message.ts';
import type { Time } from '../hl7v2/times.ts';
import { toFhirDateTime } from '../hl7v2/times.ts';
import type { ResourceIds } from '../identity.ts';
import type { Issue, Outcome } from '../outcome.ts';
import type { ReasonCode } from '../reasons.ts';
import type { NoteText } from './collect-notes.ts';
import { Draft } from './draft.ts';
import type { NamespaceBook } from './namespaces.ts';
import type { RangeEnds, Unit } from './read/numbers.ts';
import type { Scope } from './scope.ts';
import { SnapshotLists } from './snapshot-lists.ts';
import type { Trace } from './trace.ts';

/** What a converter knows before any message comes: the feed, its tables and its words, linked once. */
export interface Setting {
  readonly tenant: string;
  readonly namespaces: NamespaceBook;
  readonly units: { readonly valid: ReadonlySet<string>; readonly aliases: ReadonlyMap<string, string> };
  /** Name that a sender writes, in upper case -> URI and the check of its codes. */
  readonly systems: ReadonlyMap<string, { readonly uri: string; readonly accepts: (code: string) => boolean }>;
  /** Identifier values that count as absent, by the feed's list (SEMANTICS 3.3, 3.6). */
  readonly isDummy: (value: string) => boolean;
  readonly readTime: (text: string) => Outcome<Time>;
  id(type: string, ...key: readonly string[]): string;
  /** The same of a key's canonical text. */
  readonly idOf: ResourceIds;
}

/** A group that was gone through, and which of the message's drafts were new in it. */
export interface Walked {
  readonly path: string;
  readonly scope: Scope;
  readonly from: number;
  to: number;
}

/** One observation and its first OBX, with the report and the OBR it stands under. */
export interface ResultUnit {
  readonly draft: Draft;
  readonly obx: Hl7Segment;
  readonly report: Draft | undefined;
  readonly obr: Hl7Segment | undefined;
}

/** One message or record on its way: what was noticed and what was made of it. */
export class Run {
  readonly setting: Setting;
  readonly issues: Issue[] = [];
  /** What the message states; while its envelope is made, that. */
  drafts = new Map<string, Draft>();
  /** The groups gone through, in their order, for the envelope. */
  readonly walked: Walked[] = [];
  readonly trace: Trace | undefined;
  /** MSH-4 of the message, the authority of numbers that name none (SEMANTICS 3.6). */
  header: Hl7Segment | undefined;
  event = '';
  /** `Type/id` -> the code of what was first made under it, so that another thing is not merged into it (SEMANTICS 3.9). */
  readonly things = new Map<string, string>();
  readonly notes: { readonly text: NoteText; readonly holder: Draft; readonly scope: Scope }[] = [];
  readonly lists = new SnapshotLists();
  /** Further segments of the unit whose first is being mapped: their texts are joined (SEMANTICS 3.7). */
  unit: readonly Hl7Segment[] = [];
  /** The resource whose rows run: what a row makes as a part of it bears its id. */
  holder: Draft | undefined;
  /** Parts of the resource whose rows run, before they are given its patient and visit. */
  readonly parts: Draft[] = [];
  /** The observations of this message with what they were made of, for the links between them. */
  readonly units: ResultUnit[] = [];
  /** What was read last of a unit and of a range: several rows ask for them. */
  unitOfValue: Unit | undefined;
  range: RangeEnds | undefined;
  readonly #times = new Map<string, Time>();
  /** The time that was written last, and as what: results of one specimen all state the same one. */
  #written: Time | undefined;
  #writtenAs = '';
  /** What became what in this message: `Type/id` of both, and the place that names the first (SEMANTICS 7). */
  readonly becomes: { readonly from: string; readonly to: string; readonly path: string }[] = [];
  #zoneAssumed = false;

  constructor(setting: Setting, trace?: Trace) {
    this.setting = setting;
    this.trace = trace;
  }

  issue(code: ReasonCode, path: string, detail?: string): void {
    for (const known of this.issues) if (known.path === path && known.code === code) return;
    this.issues.push(detail === undefined ? { code, path } : { code, path, detail });
  }

  /** A time, or undefined with an issue. `path` is asked for only when there is one to tell. */
  time(text: string, path: () => string): Time | undefined {
    const known = this.#times.get(text);
    if (known !== undefined) return known;
    const read = this.setting.readTime(text);
    for (const issue of read.issues) this.issue(issue.code, path());
    if (!read.ok) return undefined;
    if (read.value.zoneAssumed && !this.#zoneAssumed) {
      this.#zoneAssumed = true;
      this.issue('zone-assumed', path());
    }
    this.#times.set(text, read.value);
    return read.value;
  }

  /** A time that `time` gave, as a FHIR dateTime. */
  dateTime(time: Time): string {
    if (time !== this.#written) {
      this.#written = time;
      this.#writtenAs = toFhirDateTime(time);
    }
    return this.#writtenAs;
  }

  /** The draft of a resource; the second to name it finds the first. */
  draft(type: string, id: string, authority: number, root?: string): Draft {
    const key = `${type}/${id}`;
    return this.drafts.get(key) ?? this.begin(type, id, authority, root, key);
  }

  /** Begins the draft of a resource that is known to have none; `key` is its `Type/id`. */
  begin(type: string, id: string, authority: number, root: string | undefined, key: string): Draft {
    const made = new Draft(type, id, authority, root, key);
    this.drafts.set(key, made);
    return made;
  }
}
