import type { Sha256 } from './ports.ts';

/**
 * The canonical text of parts, each behind its length in UTF-16 units, so that no two different lists of parts give
 * the same text (`['ab', 'c']` is `2:ab1:c`).
 */
export function lengthPrefixed(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}

/**
 * A name-based UUID of version 8 (RFC 9562 section 5.8) over the SHA-256 of the length-prefixed parts.
 *
 * The same parts give the same id on every machine and in every run (SEMANTICS 3.1).
 */
export function nameUuid(sha256: Sha256, parts: readonly string[]): string {
  const hex = sha256(lengthPrefixed(parts));
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The id of a FHIR resource: tenant, resource type, then what identifies it (SEMANTICS 3.1). */
export function resourceId(sha256: Sha256, tenant: string, type: string, ...key: readonly string[]): string {
  return nameUuid(sha256, ['resource', tenant, type, ...key]);
}

/** A batch is one processing of one drop version; a duplicate event finds the batch already there, a replay does not. */
export function batchId(sha256: Sha256, bucket: string, key: string, version: string, replay = ''): string {
  return sha256(lengthPrefixed(['batch', bucket, key, version, replay])).slice(0, 32);
}
