/**
 * The least that reads a message: split at the separators, default encoding characters, UTF-8, CR. What a converter
 * written by hand for one sender does.
 */
export type Fields = readonly string[];

export function segmentsOf(bytes: Uint8Array): readonly Fields[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\r')
    .filter((line) => line !== '')
    .map((line) => line.split('|'));
}

export const field = (fields: Fields, at: number): string => fields[at] ?? '';

const escapes: Readonly<Record<string, string>> = { F: '|', S: '^', T: '&', R: '~', E: '\\', '.br': '\n' };

export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([FSTRE]|\.br)\\/g, (_whole, name: string) => escapes[name] ?? '');
}

export const components = (text: string): readonly string[] => text.split('^');

const zone = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset', hour: 'numeric' });
const offsets = new Map<string, string>();

/** The offset in force in an hour, looked up once. */
function offsetAt(hour: string): string {
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const time = Date.UTC(+hour.slice(0, 4), +hour.slice(4, 6) - 1, +hour.slice(6, 8), +hour.slice(8, 10)) - 3_600_000;
  const name = zone.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const offset = name.slice(3) || '+00:00';
  offsets.set(hour, offset);
  return offset;
}

export function dateTime(text: string): string | undefined {
  if (text.length < 8) return undefined;
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  if (text.length < 14) return day;
  const clock = `${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)}`;
  return `${day}T${clock}${offsetAt(text.slice(0, 10))}`;
}

export const date = (text: string): string | undefined =>
  text.length < 8 ? undefined : `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
