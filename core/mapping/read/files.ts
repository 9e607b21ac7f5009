import { readBase64, readHex, textToBase64, toBase64 } from '../base64.ts';
import type { Place } from '../place.ts';
import type { Run } from '../run.ts';
import { linesOf, mimeType } from './texts.ts';

type Read = (args: readonly Place[], run: Run) => unknown;

/**
 * `attachment`: ED's type, subtype, encoding and content. Base64 is checked, HEX and plain text are re-encoded; what
 * cannot be decoded keeps its text and is reported.
 */
export const attachment: Read = (args, run) => {
  const [type = '', subtype = '', encoding = '', content = ''] = args.map((place) => place.text());
  if (content === '') return undefined;
  // R4 (att-1) wants a type beside content; bytes of no known type are octets.
  const contentType = mimeType(type, subtype) ?? 'application/octet-stream';
  const data = decode(encoding.toUpperCase(), content);
  if (data === undefined) {
    run.issue('document-unreadable', args[3]?.path() ?? '');
    return { contentType: 'text/plain', data: textToBase64(content) };
  }
  return { contentType, data };
};

// Table 0299: A is the text as it stands.
function decode(encoding: string, content: string): string | undefined {
  if (encoding === 'BASE64') return readBase64(content);
  if (encoding === 'HEX') {
    const bytes = readHex(content);
    return bytes === undefined ? undefined : toBase64(bytes);
  }
  return encoding === 'A' || encoding === '' ? textToBase64(content) : undefined;
}

/** `text-attachment`: the lines of a document as one plain text. */
export const textAttachment: Read = (args, run) => {
  const place = args[0];
  if (place === undefined) return undefined;
  const written = linesOf(place, run).join('\n');
  return written.trim() === '' ? undefined : { contentType: 'text/plain; charset=utf-8', data: textToBase64(written) };
};

/** `place`: PL as a reference that only shows; point of care, room, bed, facility, building, floor. */
export const place: Read = (args) => {
  const spoken = [1, 2, 3, 4, 7, 8].map((component) => args[0]?.text(component) ?? '').filter((part) => part !== '');
  const described = args[0]?.text(9) ?? '';
  const display = spoken.length === 0 ? described : spoken.join(', ');
  return display === '' ? undefined : { display };
};
