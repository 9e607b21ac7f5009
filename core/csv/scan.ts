/** A record as bytes `start` to `end` of its drop, without its line end. */
export interface RecordRange {
  /** Counts from 1, the header first. */
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /** Longer than the limit: refuse it unread. */
  readonly oversize?: true;
  /** The drop ends inside of quotes: `record-unreadable`. Everything behind the open quote is in this record. */
  readonly unreadable?: true;
}

export interface RecordScanner {
  /** The records that this chunk completes. */
  push(chunk: Uint8Array): RecordRange[];
  finish(): RecordRange[];
}

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Where in a record the scanner stands: `closing` has seen a quote that ends the cell or is the first of a pair. */
type State = 'cell' | 'plain' | 'quoted' | 'closing';

/**
 * Finds the records of a CSV table (RFC 4180; LF or CRLF; blank lines skipped) on its bytes, in constant memory.
 *
 * A quote opens a cell only at the cell's beginning. A misplaced one is left for `parseRecord` to refuse, so that it
 * costs its own record alone.
 */
export function createRecordScanner(limits: { readonly recordBytes: number }): RecordScanner {
  const scanning = new Scanning(limits.recordBytes);
  return {
    push: (chunk) => scanning.push(chunk),
    finish: () => scanning.finish(),
  };
}

class Scanning {
  private readonly recordBytes: number;
  private state: State = 'cell';
  private offset = 0;
  private start = 0;
  private ordinal = 0;
  /** The last byte was a carriage return outside of quotes. */
  private returned = false;
  /** Bytes of a byte order mark seen at the start of the drop; 3 when that is over. */
  private marked = 0;

  constructor(recordBytes: number) {
    this.recordBytes = recordBytes;
  }

  push(chunk: Uint8Array): RecordRange[] {
    const found: RecordRange[] = [];
    let at = this.skipMark(chunk);
    while (at < chunk.length) {
      if (this.state === 'quoted') {
        at = chunk.indexOf(quote, at);
        if (at < 0) break;
        this.state = 'closing';
        this.returned = false;
      } else if (chunk[at] === lineFeed) this.endRecord(this.offset + at, false, found);
      else this.step(chunk[at]);
      at++;
    }
    this.offset += chunk.length;
    return found;
  }

  finish(): RecordRange[] {
    const found: RecordRange[] = [];
    this.endRecord(this.offset, this.state === 'quoted', found);
    return found;
  }

  private step(byte: number | undefined): void {
    this.returned = byte === carriageReturn;
    if (byte === comma) this.state = 'cell';
    else if (byte === quote && this.state !== 'plain') this.state = 'quoted';
    else this.state = 'plain';
  }

  private endRecord(offset: number, open: boolean, found: RecordRange[]): void {
    const end = this.returned && !open ? offset - 1 : offset;
    if (end > this.start) {
      const oversize = end - this.start > this.recordBytes;
      this.ordinal++;
      found.push({
        ordinal: this.ordinal,
        start: this.start,
        end,
        ...(oversize && { oversize }),
        ...(open && { unreadable: open }),
      });
    }
    this.start = offset + 1;
    this.state = 'cell';
    this.returned = false;
  }

  private skipMark(chunk: Uint8Array): number {
    let at = 0;
    while (this.marked < 3 && at < chunk.length) {
      if (chunk[at] !== [0xef, 0xbb, 0xbf][this.marked]) this.marked = 3;
      else {
        this.marked++;
        at++;
        this.start = this.offset + at;
      }
    }
    return at;
  }
}
