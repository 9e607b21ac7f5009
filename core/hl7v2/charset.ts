import type { Issue, Outcome } from '../outcome.ts';

/**
 * Names of HL7 table 0211, and what senders write in their place, to WHATWG encoding labels. A name that is not here is
 * tried as a label itself. By that standard `iso-8859-1` reads 0x80 to 0x9F as Windows-1252 does.
 */
const labels: Readonly<Record<string, string>> = {
  ASCII: 'us-ascii',
  'US-ASCII': 'us-ascii',
  'ISO IR6': 'us-ascii',
  UNICODE: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UNICODE UTF8': 'utf-8',
  UTF8: 'utf-8',
  'UNICODE UTF-16': 'utf-16',
  'UNICODE UTF-32': 'utf-32',
  LATIN1: 'iso-8859-1',
  ANSI: 'windows-1252',
  CP1252: 'windows-1252',
  WIN1252: 'windows-1252',
  'ISO IR100': 'iso-8859-1',
  'ISO IR101': 'iso-8859-2',
  'ISO IR109': 'iso-8859-3',
  'ISO IR110': 'iso-8859-4',
  'ISO IR144': 'iso-8859-5',
  'ISO IR127': 'iso-8859-6',
  'ISO IR126': 'iso-8859-7',
  'ISO IR138': 'iso-8859-8',
  'ISO IR148': 'iso-8859-9',
  'ISO IR192': 'utf-8',
  'ISO IR13': 'shift_jis',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'iso-2022-jp',
  'ISO IR159': 'iso-2022-jp',
  'GB 18030-2000': 'gb18030',
  'GB18030-2000': 'gb18030',
  'KS X 1001': 'euc-kr',
  'BIG-5': 'big5',
};

/** One reading of a charset: its label, and its decoder, which answers undefined for bytes that are not valid in it. */
export interface Charset {
  readonly label: string;
  decode(bytes: Uint8Array): string | undefined;
}

const ascii: Charset = {
  label: 'us-ascii',
  decode: (bytes) => (highByteAt(bytes) < 0 ? utf8.decode(bytes) : undefined),
};
const utf8 = fatalDecoder('utf-8') as Charset;
const spellingLimit = 100;
const named = new Map<string, Charset>();
const known = new Map<string, Charset>([
  ['utf-8', utf8],
  ['us-ascii', ascii],
]);

function fatalDecoder(label: string): Charset | undefined {
  const decoder = newDecoder(label);
  if (decoder === undefined) return undefined;
  return {
    label: decoder.encoding,
    decode(bytes) {
      try {
        return decoder.decode(bytes);
      } catch {
        return undefined;
      }
    },
  };
}

// The byte order mark is cut off by the caller: inside a message U+FEFF is a character like another.
function newDecoder(label: string) {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch {
    return undefined;
  }
}

/** Charset of a name as MSH-18 (table 0211), a feed or the WHATWG encoding standard writes it; undefined when unknown. */
export function charsetNamed(name: string): Charset | undefined {
  const found = named.get(name);
  if (found !== undefined) return found;
  const made = lookUp(name);
  // Every message asks. Only names that exist are kept, and few spellings of them, so no sender can fill the memory.
  if (made !== undefined && named.size < spellingLimit) named.set(name, made);
  return made;
}

function lookUp(name: string): Charset | undefined {
  const spaced = name.trim().toUpperCase().replaceAll('_', ' ').replace(/\s+/g, ' ');
  const upper = spaced.replace(/^ISO[ -]?IR[ -]?(\d+)$/, 'ISO IR$1');
  const iso = /^(?:ISO[ -]?)?8859[-/](\d{1,2})$/.exec(upper);
  const label = labels[upper] ?? (iso ? `iso-8859-${iso[1]}` : upper.replace(/^WINDOWS ?-?/, 'windows-').toLowerCase());
  const found = known.get(label);
  if (found !== undefined) return found;
  const made = fatalDecoder(label.replaceAll(' ', '-')) ?? fatalDecoder(name.trim());
  // It maps bytes to private characters that mean nothing.
  if (made?.label === 'x-user-defined') return undefined;
  // Bytes in which ASCII separators were found are not UTF-16: such a name is a leftover of a conversion upstream.
  const fitting = label.startsWith('utf-32') || made?.label.startsWith('utf-16') ? utf8 : made;
  if (fitting !== undefined) known.set(label, fitting);
  return fitting;
}

/** Place of the first byte above 0x7F, or -1. */
function highByteAt(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) > 0x7f) return at;
  return -1;
}

/** How a drop begins: its byte order mark, or UTF-16 without one (an ASCII letter beside a zero byte). */
export type Opening =
  | { readonly label: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly markBytes: number }
  | { readonly label: undefined; readonly markBytes: 0 };

/** Looks at the first bytes (4 are enough) of a drop or message. */
export function sniffOpening(head: Uint8Array): Opening {
  const { 0: first = -1, 1: second = -1, 2: third = -1 } = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { label: 'utf-8', markBytes: 3 };
  if (first === 0xff && second === 0xfe) return { label: 'utf-16le', markBytes: 2 };
  if (first === 0xfe && second === 0xff) return { label: 'utf-16be', markBytes: 2 };
  if (first > 0 && second === 0) return { label: 'utf-16le', markBytes: 0 };
  if (first === 0 && second > 0) return { label: 'utf-16be', markBytes: 0 };
  return { label: undefined, markBytes: 0 };
}

/**
 * A drop in UTF-16, piece by piece, to its plain form in UTF-8 without a byte order mark. `push` and `finish` answer
 * undefined when the bytes are not valid; the drop is then dead, `drop-charset`.
 */
export function createPlainForm(label: 'utf-16le' | 'utf-16be'): {
  push(chunk: Uint8Array): Uint8Array | undefined;
  finish(): Uint8Array | undefined;
} {
  const decoder = new TextDecoder(label, { fatal: true });
  const encoder = new TextEncoder();
  const step = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    try {
      return encoder.encode(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
    } catch {
      return undefined;
    }
  };
  return { push: (chunk) => step(chunk), finish: () => step(undefined) };
}

/**
 * All bytes of a small drop as text, without its byte order mark: by the mark, else by the charset given, else UTF-8.
 * Fails with `drop-charset`.
 */
export function decodeWhole(bytes: Uint8Array, charset?: string): Outcome<string> {
  const opening = sniffOpening(bytes);
  const reading = opening.label === undefined ? charsetNamed(charset ?? 'utf-8') : fatalDecoder(opening.label);
  const text = reading?.decode(bytes.subarray(opening.markBytes));
  return text === undefined ? { ok: false, issues: [{ code: 'drop-charset' }] } : { ok: true, value: text, issues: [] };
}

/** What decides a message's charset besides its bytes. */
export interface CharsetChoice {
  /** MSH-18 as sent, all repetitions; '' when absent. */
  readonly declared: string;
  readonly repetition: string;
  /** Charset of the feed. */
  readonly assumed?: string | undefined;
}

type Chosen = { readonly charset: Charset; readonly issues: readonly Issue[] };

/**
 * Reads a message's bytes: MSH-18 (first repetition), else the feed's charset, else UTF-8. Never replaces a bad byte.
 *
 * Pure ASCII needs no decision and makes no issue. `ASCII` or an unknown name in MSH-18 over other bytes yields to the
 * feed's charset, with the note `charset-assumed`; without one the message is dead, `message-charset`.
 */
export function decodeMessage(bytes: Uint8Array, choice: CharsetChoice): Outcome<{ text: string; charset: Charset }> {
  const chosen = choose(bytes, choice);
  const text = chosen?.charset.decode(bytes);
  if (chosen === undefined || text === undefined) {
    return { ok: false, issues: [{ code: 'message-charset', path: 'MSH-18' }] };
  }
  return { ok: true, value: { text, charset: chosen.charset }, issues: chosen.issues };
}

function choose(bytes: Uint8Array, choice: CharsetChoice): Chosen | undefined {
  const declared = choice.declared === '' ? undefined : declaredCharset(choice.declared, choice.repetition);
  if (declared !== undefined && declared !== ascii) return { charset: declared, issues: [] };
  if (highByteAt(bytes) < 0) return { charset: assumedCharset(choice) ?? utf8, issues: [] };
  const assumed = assumedCharset(choice);
  if (assumed !== undefined && assumed !== ascii) {
    return { charset: assumed, issues: [{ code: 'charset-assumed', path: 'MSH-18' }] };
  }
  return choice.declared === '' && assumed === undefined ? { charset: utf8, issues: [] } : undefined;
}

function assumedCharset(choice: CharsetChoice): Charset | undefined {
  return choice.assumed === undefined || choice.assumed === '' ? undefined : charsetNamed(choice.assumed);
}

/** The first repetition rules; ISO 2022 code extension (chapter 2.14.9.18) shows in a later one, and reads the first too. */
function declaredCharset(declared: string, repetition: string): Charset | undefined {
  if (repetition === '' || !declared.includes(repetition)) return charsetNamed(declared);
  const [first = '', ...rest] = declared.split(repetition);
  if (rest.some((name) => charsetNamed(name)?.label === 'iso-2022-jp')) return charsetNamed('ISO IR87');
  return first.trim() === '' ? ascii : charsetNamed(first);
}
