/** Bounds that every step keeps (threat model and AWS limits); the topology shows them to `infra` and `local`. */
export const limits = {
  objectKeyBytes: 512,
  dropBytes: 1024 * 1024 * 1024,
  unpackedBytes: 5 * 1024 * 1024 * 1024,
  /** Unpacked bytes per packed byte, past the first MiB. */
  gzipRatio: 100,
  messageBytes: 10 * 1024 * 1024,
  /** One CSV record. */
  recordBytes: 1024 * 1024,
  chunkBytes: 1024 * 1024,
  chunkMessages: 100,
  /** What one pack may read of staged statements, and of how many batches. */
  packBytes: 256 * 1024 * 1024,
  packBatches: 200,
  partitions: 16,
  /** Rounds of one import before it alarms; from half of them on a refused resource is taken back whole. */
  rounds: 12,
} as const;
