import { partitionOf } from './partition.ts';
import type { StagedLine } from './statement.ts';

export interface StagedFile {
  readonly body: Uint8Array;
  /** Partition to byte range `[start, end)` of its lines. */
  readonly index: Readonly<Record<string, readonly [number, number]>>;
}

/** Lays staged lines out by partition, so that Pack reads one partition of every chunk by byte range alone. */
export function layOutByPartition(lines: readonly StagedLine[], partitions: number): StagedFile {
  const groups = new Map<number, string[]>();
  for (const line of lines) {
    const partition = partitionOf(line.root, partitions);
    const group = groups.get(partition) ?? [];
    group.push(JSON.stringify(line));
    groups.set(partition, group);
  }
  const encoder = new TextEncoder();
  const index: Record<string, readonly [number, number]> = {};
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const partition of [...groups.keys()].toSorted((left, right) => left - right)) {
    const part = encoder.encode(`${groups.get(partition)?.join('\n') ?? ''}\n`);
    index[String(partition)] = [at, at + part.length];
    parts.push(part);
    at += part.length;
  }
  const body = new Uint8Array(at);
  let offset = 0;
  for (const part of parts) {
    body.set(part, offset);
    offset += part.length;
  }
  return { body, index };
}
