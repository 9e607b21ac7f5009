/** What a line of a drop begins with: a message, a file or batch segment, or anything else. */
export type LineKind = 'MSH' | 'FHS' | 'BHS' | 'BTS' | 'FTS' | 'text';

/** The beginning of a line that is not blank. */
export interface LineStart {
  readonly kind: LineKind;
  /** Offset of its first byte that is neither a byte order mark nor, at the very start of the drop, a blank. */
  readonly start: number;
  /** The byte before it opens an MLLP block. */
  readonly framed: boolean;
  /** First bytes of a segment, at most `lookahead`; they may run past the line. Empty for text. */
  readonly head: Uint8Array;
}

/** Told of every line that is not blank, and of every end of an MLLP block, in the order of the bytes. */
export interface LineSink {
  begin(line: LineStart): void;
  /** `terminated` is false when the drop ends with the line. */
  end(offset: number, terminated: boolean): void;
  blockEnd(): void;
}

/** Bytes seen ahead from the start of a line, and so the most that is kept between two chunks. */
const lookahead = 512;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const startBlock = 0x0b;
const endBlock = 0x1c;
const none = new Uint8Array(0);

const packed = (first = 0, second = 0, third = 0): number => (first << 16) | (second << 8) | third;
const names: ReadonlyMap<number, LineKind> = new Map(
  (['MSH', 'FHS', 'BHS', 'BTS', 'FTS'] as const).map((name) => [
    packed(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)),
    name,
  ]),
);

/**
 * Cuts chunks of bytes into lines at CR, LF and the frame bytes of MLLP, in memory bounded by the chunk; how the bytes
 * are cut into chunks makes no difference.
 *
 * 0x0B starts a line only before one of the five segments; 0x1C ends a block only before CR, LF, 0x0B or the end of the
 * drop. Elsewhere they are bytes of a text. A blank line holds nothing but spaces, tabs, form feeds and Ctrl-Z.
 */
export class LineScanner {
  private readonly sink: LineSink;
  /** What is at hand; its first byte has the offset `base`. */
  private window: Uint8Array = none;
  private base = 0;
  private inside = false;
  /** At column 0, where a byte order mark may stand. */
  private fresh = true;
  private indented = false;
  private framed = false;
  /** Nothing but blanks has been seen in the whole drop. */
  private untouched = true;
  /** Next place of each special byte in the window; behind `at` when it must be looked for again. */
  private cr = -1;
  private lf = -1;
  private start = -1;
  private end = -1;

  constructor(sink: LineSink) {
    this.sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.advance(chunk, false);
  }

  finish(): void {
    this.advance(none, true);
    if (this.inside) this.sink.end(this.base, false);
    this.inside = false;
  }

  private advance(chunk: Uint8Array, last: boolean): void {
    this.window = joined(this.window, chunk);
    this.cr = this.lf = this.start = this.end = -1;
    const limit = this.window.length - (last ? 0 : lookahead);
    let at = 0;
    while (at < limit) at = this.inside ? this.inLine(at, limit) : this.beforeLine(at);
    this.window = this.window.slice(at);
    this.base += at;
  }

  private beforeLine(at: number): number {
    const byte = this.window[at];
    if (byte === carriageReturn || byte === lineFeed) return this.column(at + 1, true, false);
    if (byte === startBlock) return this.column(at + 1, true, true);
    if (byte === endBlock && this.endsBlock(at)) {
      this.sink.blockEnd();
      return this.indent(at + 1);
    }
    if (byte === 0x20 || byte === 0x09 || byte === 0x0c || byte === 0x1a) return this.indent(at + 1);
    if (this.fresh && this.markAt(at)) {
      this.fresh = false;
      return at + 3;
    }
    this.begin(at);
    return at;
  }

  private column(at: number, fresh: boolean, framed: boolean): number {
    this.fresh = fresh;
    this.framed = framed;
    this.indented = false;
    return at;
  }

  private indent(at: number): number {
    this.fresh = false;
    this.framed = false;
    this.indented = true;
    return at;
  }

  private begin(at: number): void {
    const kind = this.indented && !this.untouched ? 'text' : (this.nameAt(at) ?? 'text');
    this.inside = true;
    this.untouched = false;
    const head = kind === 'text' ? none : this.window.subarray(at, at + lookahead);
    this.sink.begin({ kind, start: this.base + at, framed: this.framed, head });
  }

  private inLine(at: number, limit: number): number {
    if (this.cr < at) this.cr = this.find(carriageReturn, at);
    if (this.lf < at) this.lf = this.find(lineFeed, at);
    if (this.end < at) this.end = this.find(endBlock, at);
    if (this.start < at) this.start = this.find(startBlock, at);
    const found = Math.min(this.cr, this.lf, this.end, this.start);
    if (found >= limit) return limit;
    if (found === this.start) return this.startInLine(found);
    if (found === this.end) return this.endInLine(found);
    this.lineEnd(found);
    return this.column(found + 1, true, false);
  }

  private startInLine(found: number): number {
    const name = this.nameAt(this.markAt(found + 1) ? found + 4 : found + 1);
    if (name === undefined) return found + 1;
    this.lineEnd(found);
    return found;
  }

  private endInLine(found: number): number {
    if (!this.endsBlock(found)) return found + 1;
    this.lineEnd(found);
    this.sink.blockEnd();
    return this.indent(found + 1);
  }

  private lineEnd(found: number): void {
    this.inside = false;
    this.sink.end(this.base + found, true);
  }

  private find(byte: number, from: number): number {
    const found = this.window.indexOf(byte, from);
    return found < 0 ? Number.MAX_SAFE_INTEGER : found;
  }

  private endsBlock(at: number): boolean {
    const next = this.window[at + 1];
    return next === undefined || next === carriageReturn || next === lineFeed || next === startBlock;
  }

  private markAt(at: number): boolean {
    return this.window[at] === 0xef && this.window[at + 1] === 0xbb && this.window[at + 2] === 0xbf;
  }

  /** The segment of the five that begins here: its name, then no letter, digit or blank. */
  private nameAt(at: number): LineKind | undefined {
    const name = names.get(packed(this.window[at], this.window[at + 1], this.window[at + 2]));
    return name !== undefined && !wordByte(this.window[at + 3]) ? name : undefined;
  }
}

function wordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (
    byte === 0x20 || byte === 0x09 || (byte >= 0x30 && byte <= 0x39) || (byte < 0x80 && lower >= 0x61 && lower <= 0x7a)
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
