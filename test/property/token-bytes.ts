import fc from 'fast-check';

/** Byte runs made of the tokens that matter to a scanner, so that their combinations come up often. */
export function tokenBytes(tokens: readonly string[], maxLength = 40): fc.Arbitrary<Uint8Array> {
  return fc
    .array(fc.constantFrom(...tokens), { maxLength })
    .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)));
}

/** The bytes cut into chunks at the given places, taken round the length. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
}
