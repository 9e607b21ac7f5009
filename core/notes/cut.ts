import { endsSentence, isSpace } from './sentence.ts';

/** How large one piece may be. Both hold: the service does not say whether it counts characters or bytes. */
export interface CutLimits {
  readonly codePoints: number;
  /** Bytes of the UTF-8 form. */
  readonly bytes: number;
}

/** One piece of a text, and how many code points of the text stand before it. */
export interface TextPiece {
  readonly text: string;
  readonly offset: number;
}

/** The longest code point in UTF-8. */
const leastBytes = 4;

/**
 * Cuts a text into pieces within limits, that joined give the text again. It cuts behind a sentence where it can, so that a
 * finding stays beside the words that negate it; else at a line, else at white space, else between two code points.
 *
 * Throws a RangeError when not even one code point fits the limits.
 */
export function cutText(text: string, limits: CutLimits): readonly TextPiece[] {
  if (limits.codePoints < 1 || limits.bytes < leastBytes)
    throw new RangeError('Expected limits that hold one code point');
  const pieces: TextPiece[] = [];
  let offset = 0;
  for (let start = 0; start < text.length; ) {
    const room = roomFrom(text, start, limits);
    const end = room < text.length ? boundWithin(text, start, room) : room;
    const piece = text.slice(start, end);
    pieces.push({ text: piece, offset });
    offset += codePointsOf(piece);
    start = end;
  }
  return pieces;
}

/** How many code points a text has; half a surrogate pair counts as one. */
export function codePointsOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += unitsAt(text, at)) count += 1;
  return count;
}

/** The end of the longest piece from `start` that keeps both limits. */
function roomFrom(text: string, start: number, limits: CutLimits): number {
  let bytes = 0;
  let at = start;
  for (let count = 0; at < text.length && count < limits.codePoints; count += 1) {
    bytes += bytesAt(text, at);
    if (bytes > limits.bytes) return at;
    at += unitsAt(text, at);
  }
  return at;
}

/** The best place to cut in `start` to `room`: the last of the best kind there is. */
function boundWithin(text: string, start: number, room: number): number {
  let line = 0;
  let space = 0;
  for (let at = room - 1; at > start; at -= 1) {
    if (!isSpace(text, at)) continue;
    if (endsSentence(text, at)) return afterSpace(text, at, room);
    space ||= at + 1;
    if (text.charAt(at) === '\n') line ||= at + 1;
  }
  return line || space || room;
}

/** White space behind a sentence stays with it, as far as there is room. */
function afterSpace(text: string, at: number, room: number): number {
  let end = at + 1;
  while (end < room && isSpace(text, end)) end += 1;
  return end;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function bytesAt(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
