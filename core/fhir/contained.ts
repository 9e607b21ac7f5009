import { type Fields, listOf, objectOf, textOf } from './fields.ts';
import type { Findings } from './findings.ts';

/**
 * The invariants of contained resources, dom-2 to dom-5 and ref-1 (https://hl7.org/fhir/R4/domainresource.html#invs).
 * `used` are the ids that references with `#` name inside the resource; an empty one points to the container itself.
 */
export function checkContained(resource: Fields, used: ReadonlySet<string>, at: Findings): void {
  const contained = listOf(resource['contained']).map((item) => objectOf(item) ?? {});
  const ids = new Set(contained.map((inner) => textOf(inner['id'])));
  for (const inner of contained) checkInner(inner, at);
  if (!used.has('') && [...ids].some((id) => !used.has(id))) at.report('dom-3');
  if ([...used].some((id) => id !== '' && !ids.has(id))) at.report('ref-1');
}

function checkInner(inner: Fields, at: Findings): void {
  const meta = objectOf(inner['meta']) ?? {};
  if (inner['contained'] !== undefined) at.report('dom-2');
  if (meta['versionId'] !== undefined || meta['lastUpdated'] !== undefined) at.report('dom-4');
  if (meta['security'] !== undefined) at.report('dom-5');
}
