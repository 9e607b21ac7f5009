/**
 * The partition of a root: ids are hashes already, so their first digits spread evenly. All versions of a root meet in
 * one partition (DESIGN section 3, Pack).
 */
export function partitionOf(root: string, partitions: number): number {
  const id = root.slice(root.indexOf('/') + 1);
  return Number.parseInt(id.slice(0, 6), 16) % partitions;
}
