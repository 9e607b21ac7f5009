/**
 * The ports: everything a step or a pure function needs from outside. `adapters/` implements them over the AWS SDK,
 * so that a seeded simulation can own clocks, ids and stores.
 */

/** SHA-256 of the UTF-8 form of a text, as 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** HMAC-SHA-256 under the tenant's secret, as 64 lower-case hex digits; for values that could be guessed. */
export type KeyedHash = (value: string | Uint8Array) => string;

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Reads an ISO 8601 instant as AWS events carry it; undefined when it is none. */
  parse(instant: string): number | undefined;
}

/** Where an object lies. `version` is present when the bucket is versioned and the reader must be pinned to it. */
export interface ObjectPointer {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

export interface ObjectHead {
  readonly size: number;
  readonly version?: string;
  readonly lastModified: number;
}

/** An object store with S3's guarantees: strong read-after-write, whole-object puts. */
export interface ObjectStore {
  head(at: ObjectPointer): Promise<ObjectHead | undefined>;
  /** Bytes `start` to `end` (exclusive); the whole object without a range. Undefined when it does not exist. */
  get(at: ObjectPointer, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array | undefined>;
  /** The object as a stream of byte runs, for anything that may be large. */
  stream(at: ObjectPointer, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  put(at: ObjectPointer, body: Uint8Array | string): Promise<void>;
  /** Writes only when no object has this key; false when one has. */
  putIfAbsent(at: ObjectPointer, body: Uint8Array | string): Promise<boolean>;
  /** Writes a stream of unknown length in bounded memory. */
  putStream(at: ObjectPointer, body: AsyncIterable<Uint8Array>): Promise<void>;
  list(bucket: string, prefix: string): AsyncIterable<{ readonly key: string; readonly size: number }>;
}

/** A queue that keeps a text at least once. */
export interface Queue {
  /** Sends all of them; throws when the queue did not take every one. */
  send(bodies: readonly string[]): Promise<void>;
}

/** Starts a state machine under a name of its own; `duplicate` when that name ran or runs with the same input. */
export interface Workflows {
  start(machine: string, name: string, input: unknown): Promise<'started' | 'duplicate'>;
  /** Whether an execution still runs; false when it ended or is unknown. */
  running(executionArn: string): Promise<boolean>;
}

/** Status of an import job by its name, as the data store's service tells it; undefined when none has this name. */
export interface ImportJobs {
  status(datastoreId: string, jobName: string): Promise<string | undefined>;
}

/**
 * Turns a gzip or UTF-16 stream into plain bytes (UTF-8 for UTF-16), within limits. A failure ends the bytes early and is
 * told by `failure()`: a damaged stream, one past the limits, or a second layer of gzip.
 */
export type Unpack = (
  content: 'gzip' | 'utf-16le' | 'utf-16be',
  packed: AsyncIterable<Uint8Array>,
  limits: { readonly unpackedBytes: number; readonly gzipRatio: number },
) => {
  readonly bytes: AsyncIterable<Uint8Array>;
  failure(): 'drop-gzip-corrupt' | 'drop-gzip-bomb' | 'drop-gzip-nested' | 'drop-charset' | undefined;
};

/** Entity extraction from one text within the service's limits (Comprehend Medical). The answers are the service's own. */
export interface EntityExtraction<Answer> {
  readonly operations: {
    readonly entities: (text: string) => Promise<Answer>;
    readonly icd10: (text: string) => Promise<Answer>;
    readonly rxnorm: (text: string) => Promise<Answer>;
  };
}
