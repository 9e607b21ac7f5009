/** Keys of the work bucket. They hold hashes and counts only, never anything a message or a file name contains. */
const chunkName = (chunk: number): string => String(chunk).padStart(6, '0');
const partName = (partition: number): string => String(partition).padStart(3, '0');

export const layout = {
  /** The drop unpacked and in a charset with ASCII bytes, when the drop itself is not. */
  plain: (batch: string) => `batches/${batch}/plain`,
  /** JSONL, one chunk a line: the items of the Distributed Map. */
  chunks: (batch: string) => `batches/${batch}/chunks.jsonl`,
  mapResults: (batch: string) => `batches/${batch}/map`,
  staged: (batch: string, chunk: number) => `batches/${batch}/staged/${chunkName(chunk)}.ndjson`,
  notes: (batch: string, chunk: number) => `batches/${batch}/notes/${chunkName(chunk)}.ndjson`,
  /** JSONL, the chunks that hold notes. */
  noteChunks: (batch: string) => `batches/${batch}/note-chunks.jsonl`,
  outcomes: (batch: string, chunk: number) => `batches/${batch}/outcomes/${chunkName(chunk)}.ndjson`,
  summary: (batch: string, chunk: number) => `batches/${batch}/summaries/${chunkName(chunk)}.json`,
  /** Names the ordinal about to be handled in careful mode, so that a message that kills its task is known. */
  cursor: (batch: string, chunk: number) => `batches/${batch}/cursors/${chunkName(chunk)}.json`,
  final: (batch: string, chunk: number) => `batches/${batch}/final/${chunkName(chunk)}.ndjson`,
  /** Findings of the notes of a batch, staged as children of their notes. */
  findings: (batch: string, chunk: number) => `batches/${batch}/findings/${chunkName(chunk)}.ndjson`,
  findingsSummary: (batch: string, chunk: number) => `batches/${batch}/findings/${chunkName(chunk)}.json`,
  /** Nothing but the NDJSON that the import job reads lies below this prefix. */
  importInput: (id: string, round: number) => `imports/${id}/${round}/input/`,
  importPart: (id: string, round: number, partition: number) =>
    `imports/${id}/${round}/input/${partName(partition)}.ndjson`,
  candidates: (id: string, round: number, partition: number) =>
    `imports/${id}/${round}/candidates/${partName(partition)}.ndjson`,
  tally: (id: string, round: number, partition: number) => `imports/${id}/${round}/tally/${partName(partition)}.ndjson`,
  partitions: (id: string, round: number) => `imports/${id}/${round}/partitions.jsonl`,
  reconcileResults: (id: string, round: number) => `imports/${id}/${round}/map`,
  exceptions: (id: string, round: number, partition: number) =>
    `imports/${id}/${round}/exceptions/${partName(partition)}.json`,
  /** Which batches an import is about; fixed by its first round. */
  importScope: (id: string) => `imports/${id}/scope.json`,
  packResult: (id: string, round: number) => `imports/${id}/${round}/pack.json`,
  /** Statements that Pack itself had to take back, by partition. */
  packWithdrawn: (id: string, round: number, partition: number) =>
    `imports/${id}/${round}/pack-withdrawn/${partName(partition)}.json`,
  /** Statements taken back before this round. */
  withdrawn: (id: string, round: number) => `imports/${id}/${round}/withdrawn.json`,
  importOutput: (id: string, round: number) => `import-output/${id}/${round}/`,
  /** A compiled feed, by the hash of its content; a batch pins it. */
  feed: (hash: string) => `feeds/${hash}.json`,
  /** Which hash each feed of a tenant has now. */
  feedIndex: (tenant: string) => `feeds/index/${tenant}.json`,
  /** Entities of one text under one model, by keyed hash of the text. */
  entities: (tenant: string, hash: string, model: string) => `entities/${tenant}/${model}/${hash}.json`,
} as const;
