const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of bytes (RFC 4648 section 4), without Node's Buffer. */
export function toBase64(bytes: Uint8Array): string {
  const runs: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    const word = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    const tail = second === undefined ? '==' : letter(word >> 6) + (third === undefined ? '=' : letter(word));
    runs.push(letter(word >> 18) + letter(word >> 12) + tail);
  }
  return runs.join('');
}

const letter = (bits: number): string => ALPHABET.charAt(bits & 63);

const encoder = new TextEncoder();

/** Base64 of the UTF-8 form of a text. */
export function textToBase64(text: string): string {
  return toBase64(encoder.encode(text));
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
