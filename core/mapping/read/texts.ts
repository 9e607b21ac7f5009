import { UnmappedCode } from '../link-value.ts';
import type { Place } from '../place.ts';
import { codeForm } from '../place.ts';
import type { Run } from '../run.ts';
import { isTextLine } from '../text-line.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => unknown;

const orNothing = (text: string): string | undefined => (text.trim() === '' ? undefined : text);

/** HL7's tables 0191 (type) and 0291 (subtype) have names of their own; the rest are content types as they stand. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ ap: 'application', au: 'audio', im: 'image', si: 'image', tx: 'text', ft: 'text' },
};
const SUBTYPES: Readonly<Record<string, string>> = {
  ...{
    pdf: 'application/pdf',
    rtf: 'application/rtf',
    dicom: 'application/dicom',
    html: 'text/html',
    htm: 'text/html',
  },
  ...{
    jpeg: 'image/jpeg',
    jpg: 'image/jpeg',
    png: 'image/png',
    gif: 'image/gif',
    tiff: 'image/tiff',
    tif: 'image/tiff',
  },
  ...{ pict: 'image/x-pict', bmp: 'image/bmp', basic: 'audio/basic', postscript: 'application/postscript' },
};

/**
 * `text`: the trimmed text; `text(phone)` writes a number from its parts, `text(mime)` a content type, `text(uri)` a URI,
 * `text(span)` two ends as one text, `text(authority)` an HD as one text; `text(udi)` takes only a unique
 * device identifier; `text(name)` and `text(place)` a name and a place as a person says them.
 */
export const text: Read = (args, run, argument) => {
  if (argument === 'uri') return uri(args[0], run);
  if (argument === 'phone') return phone(args);
  if (argument === 'authority') return authority(args);
  if (argument === 'name') return orNothing(joined(args, ' '));
  if (argument === 'place') return orNothing(joined(args.slice(0, -1), ', ') || joined(args.slice(-1), ''));
  if (argument === 'span') return span(args);
  if (argument === 'udi') return udi(args[0]);
  if (argument === 'currency') return currency(args[0], run);
  if (argument === 'mime') return mimeType(args[0]?.text() ?? '', args[1]?.text() ?? '');
  const value = args[0]?.text() ?? '';
  return value === '' ? undefined : value;
};

// R4 takes the three letters of ISO 4217 alone; a sender's own word is kept beside the amount.
function currency(place: Place | undefined, run: Run): string | UnmappedCode | undefined {
  const code = codeForm(place?.text() ?? '').toUpperCase();
  if (code === '') return undefined;
  if (/^[A-Z]{3}$/.test(code)) return code;
  run.issue('code-unmapped', place?.path() ?? '');
  return new UnmappedCode(codeForm(place?.text() ?? ''));
}

const joined = (places: readonly Place[], between: string): string =>
  places
    .map((place) => place.text())
    .filter((part) => part !== '')
    .join(between);

function span(args: readonly Place[]): string | undefined {
  const ends = args.map((place) => place.text());
  return ends.every((end) => end === '') ? undefined : ends.join('-');
}

// A UDI in its readable form begins with the mark of its issuer: GS1 `(01)`, HIBCC `+`, ICCBBA `=` (FDA UDI formats).
function udi(place: Place | undefined): string | undefined {
  const value = place?.text() ?? '';
  return /^(?:\(01\)\d{14}|\+[A-Z][A-Z0-9]{3}|=[/>])/.test(value) ? value : undefined;
}

// What a URI may not contain is written as RFC 3986 section 2.1 says; half a character cannot be.
function uri(place: Place | undefined, run: Run): string | undefined {
  const value = place?.text() ?? '';
  if (value === '') return undefined;
  if (value.isWellFormed()) return value.replaceAll(/[^!-~]/gu, encodeURIComponent);
  run.issue('value-unreadable', place?.path() ?? '');
  return undefined;
}

// Of local, country, area, extension: `+1 555 123-4567 X12`, as the official map XTN[ContactPoint] writes it.
function phone(args: readonly Place[]): string | undefined {
  const [local = '', country = '', area = '', extension = ''] = args.map((place) => place.text());
  if (local === '') return undefined;
  const parts = [
    country === '' ? '' : `+${country.replace(/^\+/, '')}`,
    area,
    local,
    extension === '' ? '' : `X${extension}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

// Of universal id, type, name: `LAB - L:12`, as the official map HD[MessageHeader.source-endpoint] writes it.
function authority(args: readonly Place[]): string | undefined {
  const [universal = '', kind = '', name = ''] = args.map((place) => place.text());
  const parts = [name, [kind, universal].filter((part) => part !== '').join(':')].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' - ');
}

/** A content type from a type and a subtype as HL7 writes them; undefined when they make none. */
export function mimeType(type: string, subtype: string): string | undefined {
  const [first, second] = (subtype === '' ? type : `${type}/${subtype}`).toLowerCase().split(/\/(?=[^/]*$)/);
  const known = SUBTYPES[second ?? first ?? ''];
  if (known !== undefined) return known;
  const word = `${TYPES[first ?? ''] ?? first}/${second ?? ''}`;
  return /^(?:application|audio|font|image|message|model|multipart|text|video)\/[a-z0-9.+-]+$/.test(word)
    ? word
    : undefined;
}

/** `whole`: the field as one text, whatever separators it contains; `whole(untyped)` tells that no row reads its type. */
export const whole: Read = (args, run, argument) => {
  const written = orNothing(args[0]?.whole() ?? '');
  if (argument === 'untyped' && written !== undefined) run.issue('value-unreadable', args[0]?.path() ?? '');
  return written;
};

/** `repeats`: all repetitions as they were sent, parted by `~`. */
export const repeats: Read = (args) => orNothing((args[0]?.repeated() ?? []).join('~'));

/** `lines`: all repetitions, and those of the further segments of the unit, as one text in order. */
export const lines: Read = (args, run) => {
  const place = args[0];
  if (place === undefined) return undefined;
  return orNothing(linesOf(place, run).join('\n'));
};

export function linesOf(place: Place, run: Run): readonly string[] {
  if (run.unit.length <= 1 || place.segment?.name !== 'OBX') return place.repeated();
  const texts: string[] = [];
  for (const segment of run.unit) {
    if (!isTextLine(segment)) continue;
    const count = segment.repetitions(5);
    if (count < 1) texts.push('');
    for (let at = 1; at <= count; at += 1) texts.push(segment.whole(5, at));
  }
  return texts;
}
