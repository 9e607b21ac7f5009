import { concurrently } from '../../core/concurrently.ts';
import { FaultError } from '../../core/errors.ts';
import { layout } from '../../core/layout.ts';
import type { ChunkSummary } from '../../core/ledger/chunk.ts';
import type { ImportScope } from '../../core/ledger/import-files.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import { parseLines } from '../../core/ndjson.ts';
import { readJson } from '../../core/read-json.ts';
import type { Ports } from './ports.ts';

/** All staged lines of one partition, read by byte range from every chunk of every batch of the import. */
export async function readStaged(partition: number, scope: ImportScope, ports: Ports): Promise<StagedLine[]> {
  const chunks = scope.waiting.flatMap(({ batch, kind, from, to }) =>
    Array.from({ length: to - from }, (_, index) => ({ batch, kind, chunk: from + index })),
  );
  const read = await concurrently(chunks, 8, async ({ batch, kind, chunk }) => {
    const finding = kind === 'findings';
    const summary = await readJson<Pick<ChunkSummary, 'index'>>(
      ports.objects,
      ports.work,
      finding ? layout.findingsSummary(batch, chunk) : layout.summary(batch, chunk),
    );
    const range = summary?.index[String(partition)];
    if (summary === undefined && !finding) throw new FaultError('A staged chunk is gone');
    if (range === undefined) return [];
    const key = finding ? layout.findings(batch, chunk) : layout.staged(batch, chunk);
    const bytes = await ports.objects.get({ bucket: ports.work, key }, { start: range[0], end: range[1] });
    return parseLines<StagedLine>(bytes);
  });
  return read.flat();
}
