import type { RootState } from '../merge/merge.ts';

/** `imports/<import>/<round>/pack.json`: what Pack made, so that a second run answers the same. */
export interface PackResult {
  readonly inputUri: string;
  readonly outputUri: string;
  readonly partitionsKey: string;
  readonly resultsPrefix: string;
  /** Resources staged for the import job. */
  readonly resources: number;
  readonly partitions: number;
}

/** One line of `candidates/<part>.ndjson`: a root as it will stand once the data store has taken what is staged of it. */
export interface Candidate {
  readonly state: RootState;
  /** `Type/id` of the resources of this root that are in the import job. */
  readonly staged: readonly string[];
  /** Of those, the ones that the data store did not hold before. */
  readonly created: readonly string[];
}

/** One line of `tally/<part>.ndjson`: a message that has at least one statement standing. */
export interface TallyLine {
  readonly batch: string;
  readonly ordinal: number;
}

/** Statements taken back: what a message says of one resource. */
export interface Withdrawal {
  readonly batch: string;
  /** 0 where nobody is blamed; below zero for what was found in a note of message `-ordinal`. */
  readonly ordinal: number;
  readonly resource: string;
  readonly root: string;
  /** Field that is blamed, in HL7 or CSV terms. */
  readonly path: string;
  readonly reason: 'destination-rejected' | 'resource-invalid';
  /** Everything that this import says of the resource is taken back, whoever says it. */
  readonly whole?: true;
}

/** `exceptions/<part>.json`: what Reconcile found in one partition. */
export interface PartitionResult {
  readonly withdrawals: readonly Withdrawal[];
  /** Lines that failed for the service's own reasons; they go into the next round. */
  readonly serverErrors: number;
  readonly failureLines: number;
  /** Resources that the data store took, by type: those it did not hold before, and the others. */
  readonly createdByType: Readonly<Record<string, number>>;
  readonly updatedByType: Readonly<Record<string, number>>;
}

/** What one import is about: fixed by its first round. */
export interface ImportScope {
  readonly waiting: readonly {
    readonly batch: string;
    readonly kind: 'messages' | 'findings';
    /** Its chunks `from` to before `to`: a batch larger than one pack goes in several imports. */
    readonly from: number;
    readonly to: number;
    /** How many chunks the batch has. */
    readonly chunks: number;
  }[];
}
