import type { Namespace } from './namespaces.ts';
import type { CodeRow, Rule } from './rule.ts';

/** An identifier type that a feed accepts for a patient; all parts that are given must match. */
export interface AcceptedIdentifier {
  /** `PID-3` unless PID-2 or PID-18 is listed. */
  readonly field: 'PID-2' | 'PID-3' | 'PID-18';
  readonly type: string;
  readonly authority: string;
}

/** Whether a report that lacks an earlier result leaves it standing or takes it back (SEMANTICS 5.2). */
export type ResultsMode = 'accumulate' | 'snapshot';

/** The same by what a report is of: its service (OBR-4) goes before its section (OBR-24). */
export interface ResultsModes {
  readonly default: ResultsMode;
  readonly services: Readonly<Record<string, ResultsMode>>;
  readonly sections: Readonly<Record<string, ResultsMode>>;
}

export type VisitKeyField = 'PV1-19' | 'PV1-50' | 'PID-18';

/** A feed as it lies in the object store: plain JSON, addressed by its content. */
export interface CompiledFeed {
  readonly feed: string;
  readonly tenant: string;
  readonly format: 'hl7v2' | 'csv';
  /** IANA zone of times without an offset. */
  readonly zone: string;
  readonly charset?: string;
  readonly processingIds: readonly string[];
  /** Message types that the feed takes, `ADT^A01`; empty takes all. */
  readonly messageTypes: readonly string[];
  readonly patient: readonly AcceptedIdentifier[];
  /** Identifier values that count as absent; the word `zeros` stands for any run of zeros. */
  readonly dummies: readonly string[];
  readonly namespaces: readonly Namespace[];
  readonly visit: { readonly keys: readonly VisitKeyField[]; readonly scope: 'facility' | 'patient' };
  /** Code table -> source code -> row that adds to the table or replaces its row. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, CodeRow>>>>;
  /** Local unit -> UCUM. */
  readonly units: Readonly<Record<string, string>>;
  /** Segment map, or table of the CSV set -> rows that stand before its own. */
  readonly rows: Readonly<Record<string, readonly Rule[]>>;
  readonly notes: { readonly mode: 'off' | 'deferred'; readonly budgetCharacters: number };
  readonly results: ResultsMode | ResultsModes;
  /** What OBX-4 means: told apart alone, or a dotted outline in which `1.2` belongs to `1`. */
  readonly subIds: 'plain' | 'dotted';
  /** Resource type -> profiles that what it stages claims (SEMANTICS 10). */
  readonly profiles: Readonly<Record<string, readonly string[]>>;
  /** MSH-10 is a number that rises with every message, so it breaks ties (SEMANTICS 2.4). */
  readonly orderedControlIds: boolean;
  readonly csv?: {
    readonly set: string;
    /** Tables that are filtered row by row; `*` is every table that the set does not map. */
    readonly ignore: readonly string[];
  };
}
