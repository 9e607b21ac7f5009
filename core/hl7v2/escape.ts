import type { Charset } from './charset.ts';

/** The encoding characters of a message (MSH-1, MSH-2); '' for one that its MSH-2 leaves out, and so does not use. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** Fifth character of MSH-2 from v2.7 on. */
  readonly truncation: string;
}

const blankLinesLimit = 100;

/**
 * Text of a value that has already been cut at its separators, with its escape sequences resolved (chapter 2.7).
 *
 * Separators, line commands and hex are resolved, highlighting is dropped, `\C..\` and `\M..\` switch to ISO-2022-JP
 * where that is what they name. Anything else stays literally as it was sent.
 */
export function unescapeText(text: string, delimiters: Delimiters, charset: Charset): string {
  const mark = delimiters.escape;
  let open = mark === '' ? -1 : text.indexOf(mark);
  if (open < 0) return text;
  let made = '';
  let from = 0;
  while (open >= 0) {
    const close = text.indexOf(mark, open + 1);
    if (close < 0) break;
    const body = text.slice(open + 1, close);
    const shift = shiftedRun(text, body, close + 1, mark);
    const meaning = shift?.text ?? meaningOf(body, delimiters, charset);
    if (meaning !== undefined) {
      made += text.slice(from, open) + meaning;
      from = shift?.end ?? close + 1;
    }
    // After a body that means nothing its closing mark may well open the next one: `C:\Temp\T\x`.
    const next = meaning === undefined ? close : from;
    open = text.indexOf(mark, next);
  }
  return made + text.slice(from);
}

function meaningOf(body: string, delimiters: Delimiters, charset: Charset): string | undefined {
  switch (body) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent === '' ? undefined : delimiters.subcomponent;
    case 'R':
      return delimiters.repetition === '' ? undefined : delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation === '' ? undefined : delimiters.truncation;
    case 'H':
    case 'N':
      return '';
    default:
      return commandOf(body, delimiters.escape, charset);
  }
}

function commandOf(body: string, mark: string, charset: Charset): string | undefined {
  if (body.startsWith('X')) return hexText(body.slice(1), charset);
  if (body.startsWith('.')) return formatting(body);
  // A local sequence is kept with both its marks, so that its closing mark opens nothing.
  return /^Z[^\s]*$/.test(body) ? mark + body + mark : undefined;
}

function hexText(hex: string, charset: Charset): string | undefined {
  return hex.length > 0 && hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex)
    ? charset.decode(hexBytes(hex))
    : undefined;
}

function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** Formatting commands of FT (chapter 2.7.6): line breaks stay line breaks, layout is dropped. */
function formatting(body: string): string | undefined {
  const command = /^\.(br|sp|sk|ce|fi|nf|in|ti) ?([+-]?\d{1,4})?$/.exec(body);
  if (command === null) return undefined;
  const count = Math.min(Math.max(Number(command[2] ?? 1), 1), blankLinesLimit);
  switch (command[1]) {
    case 'br':
    case 'ce':
      return '\n';
    case 'sp':
      return '\n'.repeat(count);
    case 'sk':
      return ' '.repeat(count);
    default:
      return '';
  }
}

/** Text after a charset escape up to the next one, decoded, where ISO-2022-JP knows the set (chapter 2.14.9.18). */
function shiftedRun(text: string, body: string, from: number, mark: string): { text: string; end: number } | undefined {
  const sequence = /^(?:C([0-9A-Fa-f]{4})|M([0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2})?))$/.exec(body);
  if (sequence === null) return undefined;
  const next = text.indexOf(mark, from);
  const end = next < 0 ? text.length : next;
  const run = text.slice(from, end);
  const designation = hexBytes(sequence[1] ?? sequence[2] ?? '');
  const bytes = new Uint8Array(1 + designation.length + run.length);
  bytes[0] = 0x1b;
  bytes.set(designation, 1);
  for (let at = 0; at < run.length; at++) {
    const unit = run.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    bytes[1 + designation.length + at] = unit;
  }
  const decoded = shifted(bytes);
  return decoded === undefined ? undefined : { text: decoded, end };
}

function shifted(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('iso-2022-jp', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A text as it may stand in a field: separators, escape marks and line ends escaped. The inverse of `unescapeText`. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const names = new Map([
    [delimiters.escape, 'E'],
    [delimiters.field, 'F'],
    [delimiters.component, 'S'],
    [delimiters.repetition, 'R'],
    [delimiters.subcomponent, 'T'],
    [delimiters.truncation, 'P'],
    ['\r', 'X0D'],
    ['\n', 'X0A'],
  ]);
  let made = '';
  for (const character of text) {
    const name = names.get(character);
    made += name === undefined ? character : delimiters.escape + name + delimiters.escape;
  }
  return made;
}
