import type { Place } from '../place.ts';
import type { Run } from '../run.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => unknown;

const orNothing = (text: string): string | undefined => (text.trim() === '' ? undefined : text);

const MIME: Readonly<Record<string, string>> = {
  'image/pict': 'image/x-pict',
  'application/octet-stream': 'application/octet-stream',
};

/**
 * `text`: the trimmed text; `text(phone)` writes a number from its parts, `text(mime)` a content type; `text(uri)` takes
 * only what can be a URI; `text(authority)` writes an HD as one text, `text(name)` and `text(place)` a name and a place as
 * a person says them.
 */
export const text: Read = (args, run, argument) => {
  if (argument === 'uri') return uri(args[0], run);
  if (argument === 'phone') return phone(args);
  if (argument === 'authority') return authority(args);
  if (argument === 'name') return orNothing(joined(args, ' '));
  if (argument === 'place') return orNothing(joined(args.slice(0, -1), ', ') || joined(args.slice(-1), ''));
  if (argument === 'mime') return mimeType(args[0]?.text() ?? '', args[1]?.text() ?? '');
  const value = args[0]?.text() ?? '';
  return value === '' ? undefined : value;
};

const joined = (places: readonly Place[], between: string): string =>
  places
    .map((place) => place.text())
    .filter((part) => part !== '')
    .join(between);

function uri(place: Place | undefined, run: Run): string | undefined {
  const value = place?.text() ?? '';
  if (/^[!-~]+$/.test(value)) return value;
  if (value !== '') run.issue('value-unreadable', place?.path() ?? '');
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
  const word = (subtype === '' ? type : `${type}/${subtype}`).toLowerCase();
  if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(word)) return undefined;
  return MIME[word] ?? word;
}

/** `whole`: the field as one text, whatever separators it contains. */
export const whole: Read = (args) => orNothing(args[0]?.whole() ?? '');

/** `repeats`: all repetitions as they were sent, parted by `~`. */
export const repeats: Read = (args) => orNothing((args[0]?.repeated() ?? []).join('~'));

/** `lines`: all repetitions, and those of the further segments of the unit, as one text in order. */
export const lines: Read = (args, run) => {
  const place = args[0];
  if (place === undefined) return undefined;
  return orNothing(linesOf(place, run).join('\n'));
};

const TEXT_TYPES: ReadonlySet<string> = new Set(['TX', 'FT', 'ST', '']);

export function linesOf(place: Place, run: Run): readonly string[] {
  if (run.unit.length <= 1 || place.segment?.name !== 'OBX') return place.repeated();
  return run.unit.flatMap((segment) => {
    if (!TEXT_TYPES.has(segment.text(2))) return [];
    const texts: string[] = [];
    for (let at = 1; at <= segment.repetitions(5); at += 1) texts.push(segment.whole(5, at));
    return texts.length === 0 ? [''] : texts;
  });
}
