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
  return uuidOf(sha256(lengthPrefixed(parts)));
}

// The two highest bits of the variant's digit are 10 (RFC 9562 section 4.1).
const VARIANTS = '89ab89ab89ab89ab';

function uuidOf(hex: string): string {
  const variant = VARIANTS.charAt(Number.parseInt(hex.charAt(16), 16));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The id of a FHIR resource: tenant, resource type, then what identifies it (SEMANTICS 3.1). */
export function resourceId(sha256: Sha256, tenant: string, type: string, ...key: readonly string[]): string {
  return nameUuid(sha256, ['resource', tenant, type, ...key]);
}

/** Makes the ids of one tenant's resources; `key` is the canonical text of what identifies one. */
export type ResourceIds = (type: string, key: string) => string;

/** The same ids as `resourceId` gives, for whoever makes many: what all of a type begin with is written once. */
export function resourceIds(sha256: Sha256, tenant: string): ResourceIds {
  const beginnings = new Map<string, string>();
  return (type, key) => {
    let beginning = beginnings.get(type);
    if (beginning === undefined) {
      beginning = lengthPrefixed(['resource', tenant, type]);
      beginnings.set(type, beginning);
    }
    return uuidOf(sha256(beginning + key));
  };
}

/** A batch is one processing of one drop version; a duplicate event finds the batch already there, a replay does not. */
export function batchId(sha256: Sha256, bucket: string, key: string, version: string, replay = ''): string {
  return sha256(lengthPrefixed(['batch', bucket, key, version, replay])).slice(0, 32);
}
