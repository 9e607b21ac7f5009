import type { Issue, Outcome } from '../outcome.ts';
import { type Charset, createPlainForm, decodeMessage, sniffOpening } from './charset.ts';
import { readDelimiters } from './delimiters.ts';
import type { Hl7Message, Hl7Segment } from './message.ts';
import type { MessageText } from './segment.ts';
import { type Split, splitSegments } from './segments.ts';

/** What the sender's feed says of its messages. */
export interface ParseOptions {
  /** Charset to take when MSH-18 is empty, or says ASCII over other bytes. */
  readonly charset?: string;
  /** The bytes are UTF-8 whatever MSH-18 says: a plain form made from UTF-16, or a drop with a byte order mark. */
  readonly plain?: boolean;
}

const refuse = (issue: Issue): { ok: false; issues: readonly Issue[] } => ({ ok: false, issues: [issue] });

/**
 * Reads one HL7 v2 message by position, lazily.
 *
 * Tolerates a byte order mark, blanks, an MLLP frame and FHS/BHS segments before MSH; CR, LF and CRLF; blank lines.
 * Fails with `message-unreadable`, `message-charset` or `message-too-large` (limits of `segments.ts`); never throws.
 */
export function parseMessage(bytes: Uint8Array, options: ParseOptions): Outcome<Hl7Message> {
  const opened = open(bytes, options.plain === true);
  if (opened === undefined) return refuse({ code: 'message-charset' });
  const start = headerAt(opened.bytes);
  if (start < 0) return refuse({ code: 'message-unreadable' });
  const body = opened.bytes.subarray(start, frameEnd(opened.bytes, start));
  const declared = opened.utf8 ? 'utf-8' : declaredCharset(body);
  const decoded = decodeMessage(body, { declared, repetition: latin(body, 5, 6), assumed: options.charset });
  if (!decoded.ok) return decoded;
  return readText(decoded.value.text, decoded.value.charset, decoded.issues);
}

function readText(text: string, charset: Charset, noticed: readonly Issue[]): Outcome<Hl7Message> {
  const delimiters = readDelimiters(text);
  if (delimiters === undefined) return refuse({ code: 'message-unreadable', path: 'MSH-2' });
  const unit = (character: string): number => (character === '' ? -1 : character.charCodeAt(0));
  const message: MessageText = {
    text,
    delimiters,
    charset,
    fieldUnit: unit(delimiters.field),
    componentUnit: unit(delimiters.component),
    repetitionUnit: unit(delimiters.repetition),
    subcomponentUnit: unit(delimiters.subcomponent),
    escapeUnit: unit(delimiters.escape),
  };
  const split = splitSegments(message);
  if (!split.ok) return split;
  const issues = split.issues.length === 0 ? noticed : [...noticed, ...split.issues];
  return { ok: true, value: messageOf(split.value), issues };
}

function messageOf({ segments, byName, trailing }: Split): Hl7Message {
  const none: readonly Hl7Segment[] = [];
  const header = segments[0] as Hl7Segment;
  return {
    segments,
    trailing,
    first: (name) => byName.get(name)?.[0],
    all: (name) => byName.get(name) ?? none,
    type: { code: header.text(9), event: header.text(9, 1, 2), structure: header.text(9, 1, 3) },
  };
}

/** Cuts the byte order mark off, and turns UTF-16 into UTF-8. Undefined when it is not valid UTF-16. */
function open(bytes: Uint8Array, plain: boolean): { bytes: Uint8Array; utf8: boolean } | undefined {
  const opening = sniffOpening(bytes);
  if (opening.label === undefined) return { bytes, utf8: plain };
  if (opening.label === 'utf-8') return { bytes: bytes.subarray(opening.markBytes), utf8: true };
  const converter = createPlainForm(opening.label);
  const made = converter.push(bytes);
  return made === undefined || converter.finish() === undefined ? undefined : { bytes: made, utf8: true };
}

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
const isLineEnd = (byte: number | undefined): boolean => byte === 0x0d || byte === 0x0a;

/** Where `MSH` begins, behind blanks, frame bytes and file or batch headers; -1 when something else comes first. */
function headerAt(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    while (isBlank(bytes[at])) at++;
    const name = latin(bytes, at, at + 3);
    if (name === 'MSH') return at;
    if (name !== 'FHS' && name !== 'BHS') return -1;
    while (at < bytes.length && !isLineEnd(bytes[at])) at++;
  }
}

/** The end block of an MLLP frame (0x1C before a line end or nothing), or the end of the bytes. */
function frameEnd(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0x1c, from);
  while (at >= 0 && at + 1 < bytes.length && !isLineEnd(bytes[at + 1]) && bytes[at + 1] !== 0x0b)
    at = bytes.indexOf(0x1c, at + 1);
  return at < 0 ? bytes.length : at;
}

/** MSH-18 as sent. Its bytes are ASCII in every charset that this parser reads, so it can be read before decoding. */
function declaredCharset(bytes: Uint8Array): string {
  const separator = bytes[3];
  let field = 1;
  let from = 4;
  for (let at = 4; at <= bytes.length; at++) {
    const byte = bytes[at];
    const ends = byte === undefined || isLineEnd(byte);
    if (!ends && byte !== separator) continue;
    field++;
    if (field === 18) return latin(bytes, from, at);
    if (ends) return '';
    from = at + 1;
  }
  return '';
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < Math.min(to, bytes.length, from + 200); at++)
    text += String.fromCharCode(bytes[at] as number);
  return text;
}
