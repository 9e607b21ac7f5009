const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LETTERS = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;

/** Two letters for every 12 bits, in the order in which this machine keeps the bytes of a number. */
const PAIRS = new Uint16Array(
  Uint8Array.from({ length: 8192 }, (_, at) => LETTERS[at % 2 === 0 ? at >> 7 : (at >> 1) & 63] as number).buffer,
);

/** Base64 of bytes (RFC 4648 section 4), without Node's Buffer. The letters are written as bytes and decoded at once. */
export function toBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const pairs = new Uint16Array(Math.ceil(length / 3) * 2);
  let to = 0;
  for (let at = 0; at < length; at += 3) {
    const word = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    pairs[to] = PAIRS[word >> 12] as number;
    pairs[to + 1] = PAIRS[word & 4095] as number;
    to += 2;
  }
  const letters = new Uint8Array(pairs.buffer);
  const missing = (3 - (length % 3)) % 3;
  letters.fill(PAD, letters.length - missing);
  return decoder.decode(letters);
}

/** Base64 of the UTF-8 form of a text. */
export function textToBase64(text: string): string {
  const bytes = encoder.encode(text);
  // A text of as many bytes as characters is ASCII, which `btoa` (HTML standard 8.3) takes as it stands.
  return bytes.length === text.length ? btoa(text) : toBase64(bytes);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The base64 text without line breaks and blanks, or undefined when it is none. */
export function readBase64(text: string): string | undefined {
  const dense = text.replaceAll(/\s+/g, '');
  return dense !== '' && BASE64.test(dense) ? dense : undefined;
}

/** Bytes of pairs of hex digits, or undefined. */
export function readHex(text: string): Uint8Array | undefined {
  const dense = text.replaceAll(/\s+/g, '');
  if (dense === '' || dense.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(dense)) return undefined;
  return Uint8Array.from({ length: dense.length / 2 }, (_, at) => Number.parseInt(dense.slice(at * 2, at * 2 + 2), 16));
}
