import type { Issue } from '../outcome.ts';
import type { ReasonCode } from '../reasons.ts';
import type { StateCounts } from './states.ts';

/**
 * The book. Every write is conditional and touches one item, so that each step may run twice, and two at once, without
 * counting anything twice.
 */

/** One processing of one drop version (DESIGN section 2). */
export interface Batch {
  readonly batch: string;
  readonly tenant: string;
  readonly feed: string;
  /** Where the drop lies. Its key may hold what a sender chose to write into a file name: it stays in the ledger. */
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly size: number;
  /** Milliseconds; arrival of the drop. */
  readonly arrivedAt: number;
  readonly state: BatchState;
  /** Hash of the compiled feed that this batch is pinned to. */
  readonly feedHash?: string;
  readonly format?: 'hl7v2' | 'csv';
  /** Where the bytes are that positions refer to: the drop itself or its plain form. */
  readonly source?: { readonly bucket: string; readonly key: string; readonly version?: string; readonly size: number };
  /** The bytes are UTF-8 whatever MSH-18 says: a byte order mark, or their having been UTF-16, said so. */
  readonly plain?: boolean;
  /** Number of messages by the second counter. */
  readonly counted?: number;
  readonly chunks?: number;
  readonly counts?: StateCounts;
  readonly deadByReason?: Readonly<Record<string, number>>;
  readonly filteredByReason?: Readonly<Record<string, number>>;
  /** What was noticed about the drop as a whole, such as a batch trailer that counts otherwise. */
  readonly issues?: readonly Issue[];
  /** Why the drop was refused whole. */
  readonly refused?: ReasonCode;
  readonly balanced?: boolean;
  readonly sealedAt?: number;
  readonly closedAt?: number;
  readonly imports?: readonly string[];
  readonly notes?: NotesBook;
  /** The import that loaded the findings of the notes. */
  readonly findingsImport?: string;
  /** Name of the execution that the sweep started last for a batch that stood still. */
  readonly resumedBy?: string;
}

export type BatchState = 'admitted' | 'received' | 'split' | 'sealed' | 'closed' | 'unbalanced';

/** The book of the notes of one batch: it never delays or changes the book of its messages. */
export interface NotesBook {
  readonly found: number;
  readonly read: number;
  readonly failed: number;
  readonly overBudget: number;
  readonly findings: number;
  readonly state: 'waiting' | 'read';
}

/** What waits for the holder of a data store. `findings` are those of a batch's notes. */
export interface Waiting {
  readonly batch: string;
  readonly kind: 'messages' | 'findings';
  /** Since when, in milliseconds: who waits longest is packed first. */
  readonly since?: number;
  /** First chunk that waits: a batch larger than one pack goes in several imports. */
  readonly from?: number;
}

/** The one holder of a data store, or of a tenant's share of entity extraction. */
export interface ClaimState {
  /** ARN of the execution that holds it. */
  readonly holder?: string;
  /** Raised by whoever wants another look. */
  readonly wanted: number;
  /** What `wanted` was when the holder looked last. */
  readonly looked: number;
  readonly sequence: number;
  /** The import that is under way. */
  readonly open?: string;
  readonly round: number;
  readonly attempt: number;
}

/** Which line holds what the data store has confirmed of a root. */
export interface Head {
  readonly root: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Grows with every import and round; a head never goes back. */
  readonly sequence: number;
}

export interface ImportRecord {
  readonly import: string;
  readonly tenant: string;
  readonly closedAt: number;
  readonly rounds: number;
  /** Resources that the data store did not hold before, by type. */
  readonly created: Readonly<Record<string, number>>;
  readonly updated: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly batches: readonly string[];
}

/** A message that was seen to its end: who owns the hash. */
export interface SeenOwner {
  readonly batch: string;
  readonly ordinal: number;
}

export interface Ledger {
  /** Writes the batch unless it is there; false when it is. */
  createBatch(batch: Batch): Promise<boolean>;
  batch(batch: string): Promise<Batch | undefined>;
  /** Sets fields of a batch that is not closed; false when it is closed already. */
  updateBatch(batch: string, fields: Partial<Omit<Batch, 'batch'>>): Promise<boolean>;
  /** Newest first. */
  batches(tenant: string, limit: number): Promise<readonly Batch[]>;
  /** Ids of the batches that were created and that nobody has seen to their end yet; a batch created closed is none. */
  openBatches(tenant: string): Promise<readonly string[]>;
  /** Says that a batch has come to its end; only the sweep does. */
  removeOpen(tenant: string, batch: string): Promise<void>;
  setNotes(batch: string, notes: NotesBook): Promise<void>;
  /** Also for a closed batch: findings follow the messages. */
  setFindingsImport(batch: string, id: string): Promise<void>;

  addWaiting(tenant: string, waiting: Waiting): Promise<void>;
  waiting(tenant: string): Promise<readonly Waiting[]>;
  removeWaiting(tenant: string, waiting: Waiting): Promise<void>;
  addNotesWaiting(tenant: string, batch: string): Promise<void>;
  notesWaiting(tenant: string): Promise<readonly string[]>;
  removeNotesWaiting(tenant: string, batch: string): Promise<void>;

  claim(name: string): Promise<ClaimState | undefined>;
  /** Says that the holder should look again. */
  want(name: string): Promise<void>;
  /** Replaces the claim when it still is as it was read; false when another was quicker. */
  replaceClaim(name: string, was: ClaimState | undefined, next: ClaimState): Promise<boolean>;

  heads(tenant: string, roots: readonly string[]): Promise<ReadonlyMap<string, Head>>;
  /** Sets a head unless a later one is there. */
  confirmHead(tenant: string, head: Head): Promise<void>;

  /** Of these hashes, those that are owned. */
  seen(tenant: string, hashes: readonly string[]): Promise<ReadonlyMap<string, SeenOwner>>;
  /** Takes a hash for an owner; the owner it has, which is another's when it was taken before. */
  takeSeen(tenant: string, hash: string, owner: SeenOwner): Promise<SeenOwner>;

  putImport(record: ImportRecord): Promise<void>;
  importRecord(id: string): Promise<ImportRecord | undefined>;
}
