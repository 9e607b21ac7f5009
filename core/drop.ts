import type { ReasonCode } from './reasons.ts';

/** What the first bytes of a drop tell of it. */
export type Content = 'gzip' | 'utf-16le' | 'utf-16be' | 'plain' | 'blank';

/** How many bytes `sniff` wants to see; the first message's MSH must begin within them. */
export const SNIFF_BYTES = 64 * 1024;

export function sniff(head: Uint8Array): Content {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return head.every(isBlank) ? 'blank' : 'plain';
}

// Space, tab, CR, LF, and a UTF-8 byte order mark before nothing.
function isBlank(byte: number): boolean {
  return (
    byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a || byte === 0xef || byte === 0xbb || byte === 0xbf
  );
}

/** Whether a UTF-8 byte order mark opens the drop; it outranks MSH-18. */
export function hasUtf8Mark(head: Uint8Array): boolean {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
}

/**
 * Whether the bytes are what the feed says they are. An HL7 feed wants a segment that opens a message, a batch or a file at
 * the start of a line; a CSV feed wants text that is not HL7.
 */
export function looksLike(format: 'hl7v2' | 'csv', head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  // An MLLP start block opens a message as a line end does.
  const text = latin1(head).replaceAll('\v', '\n');
  const hl7 = /(?:^|[\r\n])(?:\u00ef\u00bb\u00bf)?\s*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]/.test(text);
  return format === 'hl7v2' ? hl7 : !hl7;
}

// One character a byte, whatever the charset: only ASCII is looked at.
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return text;
}

const KEY = /^[A-Za-z0-9._=/-]+$/;

/** Why an object key is refused, or undefined. Keys are compared as they are, never normalised (threat model, "S3 drop"). */
export function keyRefusal(key: string, limitBytes: number): ReasonCode | undefined {
  const bad = key.length > limitBytes || !KEY.test(key) || key.includes('..') || key.includes('//');
  return bad ? 'drop-key-refused' : undefined;
}

/** The table a CSV drop holds, by the name of its file: `patients` of `.../patients.csv.gz`. */
export function tableOf(key: string): string {
  const file = key.slice(key.lastIndexOf('/') + 1);
  return file
    .replace(/\.gz$/i, '')
    .replace(/\.csv$/i, '')
    .toLowerCase();
}
