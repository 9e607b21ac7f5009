import { readBase64, readHex, textToBase64, toBase64 } from '../base64.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';
import { linesOf, mimeType } from './texts.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => unknown;

/**
 * `attachment`: ED's type, subtype, encoding and content. Base64 is checked, HEX and plain text are re-encoded; what
 * cannot be decoded keeps its text and is reported.
 */
export const attachment: Read = (args, run) => {
  const [type = '', subtype = '', encoding = '', content = ''] = args.map((place) => place.text());
  if (content === '') return undefined;
  // R4 (att-1) wants a type beside content; bytes of no known type are octets.
  const stated = mimeType(type, subtype);
  const data = decode(encoding.toUpperCase(), args[3]);
  if (data === undefined) {
    run.issue('document-unreadable', args[3]?.path() ?? '');
    return { contentType: 'text/plain', data: textToBase64(content) };
  }
  const found = typeOfBytes(data);
  if (found !== undefined && stated !== undefined && found !== stated)
    run.issue('document-type-differs', args[3]?.path() ?? '');
  return { contentType: found ?? stated ?? 'application/octet-stream', data };
};

/** What files of a kind begin with, in base64. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['JVBERi', 'application/pdf'],
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['SUkqA', 'image/tiff'],
  ['TU0AK', 'image/tiff'],
  ['e1xydGY', 'application/rtf'],
];

// Senders are often wrong about the type (the official row's comment), and a viewer goes by it.
function typeOfBytes(data: string): string | undefined {
  return BEGINNINGS.find(([start]) => data.startsWith(start))?.[1];
}

// Table 0299: A is the text as it stands, which may hold separators that were not escaped.
function decode(encoding: string, place: Place | undefined): string | undefined {
  const content = place?.text() ?? '';
  if (encoding === 'BASE64') return readBase64(content);
  if (encoding === 'HEX') {
    const bytes = readHex(content);
    return bytes === undefined ? undefined : toBase64(bytes);
  }
  return encoding === 'A' || encoding === '' ? textToBase64(place?.rest() ?? '') : undefined;
}

/** `text-attachment`: the lines of a document as one plain text. */
export const textAttachment: Read = (args, run) => {
  const place = args[0];
  if (place === undefined) return undefined;
  const written = linesOf(place, run).join('\n');
  return written.trim() === '' ? undefined : { contentType: 'text/plain; charset=utf-8', data: textToBase64(written) };
};

/**
 * `place`: PL as a reference that only shows; point of care, room, bed, facility, building, floor. `place(address)` shows
 * the lines, city, state, code and country of XAD.
 */
export const place: Read = (args, _run, argument) => {
  const spoken = (argument === 'address' ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 7, 8])
    .map((component) => args[0]?.text(component) ?? '')
    .filter((part) => part !== '');
  const described = argument === 'address' ? '' : (args[0]?.text(9) ?? '');
  const display = spoken.length === 0 ? described : spoken.join(', ');
  return display === '' ? undefined : { display };
};
