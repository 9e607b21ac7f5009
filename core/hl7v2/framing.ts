import type { Issue } from '../outcome.ts';
import { type LineKind, LineScanner, type LineSink, type LineStart } from './lines.ts';

/** A message as bytes `start` to `end` of its drop: from `MSH` to its last line, without line end or frame bytes. */
export interface Frame {
  /** Counts from 1 through the whole drop, unreadable text included. */
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /** Longer than the limit: refuse it unread. */
  readonly oversize?: true;
  /** Its end is missing, see `createFramer`. */
  readonly truncated?: true;
  /** Text outside every message: refused, but counted. */
  readonly unreadable?: true;
}

export interface Framer {
  /** The frames that this chunk completes. */
  push(chunk: Uint8Array): Frame[];
  /** The last frames, and what only the end of the drop shows. */
  finish(): Frame[];
  /** What was noticed of the drop as a whole so far: `batch-count-mismatch`. */
  issues(): readonly Issue[];
}

/**
 * Finds the messages of a drop without keeping them: bare, in FHS/BHS batches (HL7 v2.9 chapter 2.10.3) or MLLP-framed.
 *
 * - A message runs from a line that begins with `MSH` to the next one, to a batch segment or to the end of its block.
 * - Text that is in no message makes one `unreadable` frame per gap between messages. A drop without any message that is
 *   not blank is one such frame, so that a refused drop is one message.
 * - `truncated` is only what can be seen: an MLLP block without its end; the last message of a drop that has a batch
 *   header open and no trailer; and a last line without line end that is a bare or cut segment name, or an MSH without
 *   its ninth field. A missing last line end alone is usual and says nothing.
 */
export function createFramer(limits: { readonly messageBytes: number }): Framer {
  const gathering = new Gathering(limits.messageBytes);
  const scanner = new LineScanner(gathering);
  return {
    push(chunk) {
      scanner.push(chunk);
      return gathering.taken();
    },
    finish() {
      scanner.finish();
      gathering.finish();
      return gathering.taken();
    },
    issues: () => gathering.issues,
  };
}

/** The message or stray text that is being gathered. */
interface Open {
  readonly message: boolean;
  readonly start: number;
  readonly framed: boolean;
  end: number;
}

/** One finding per trailer, and no more than this of a hostile drop. */
const issueLimit = 100;

class Gathering implements LineSink {
  readonly issues: Issue[] = [];
  private readonly messageBytes: number;
  private frames: Frame[] = [];
  private ordinal = 0;
  private open: Open | undefined;
  private kind: LineKind = 'text';
  private lineStart = 0;
  /** The last line of the drop has no line end and is visibly cut. */
  private cut = false;
  private readonly batch = { file: false, batch: false, messages: 0, batches: 0 };
  /** Bytes of the batch segments, for a drop that has nothing else. */
  private envelope: { readonly start: number; end: number } | undefined;

  constructor(messageBytes: number) {
    this.messageBytes = messageBytes;
  }

  begin(line: LineStart): void {
    this.kind = line.kind;
    this.lineStart = line.start;
    if (line.kind === 'MSH') this.beginMessage(line);
    else if (line.kind !== 'text') this.envelopeSegment(line);
    else this.open ??= { message: false, start: line.start, framed: false, end: line.start };
    this.cut = line.kind === 'MSH' && !reachesField(line.head, 9);
  }

  end(offset: number, terminated: boolean): void {
    if (this.kind !== 'MSH' && this.kind !== 'text') {
      this.envelope = { start: this.envelope?.start ?? this.lineStart, end: offset };
      return;
    }
    if (this.open !== undefined) this.open.end = offset;
    this.cut = !terminated && (this.cut || offset - this.lineStart <= 3);
  }

  blockEnd(): void {
    if (this.open?.message) this.close(false);
  }

  finish(): void {
    if (this.open?.message) this.close(this.open.framed || this.batch.file || this.batch.batch || this.cut);
    else this.close(false);
    if (this.ordinal > 0 || this.envelope === undefined) return;
    this.frames.push({ ordinal: ++this.ordinal, start: this.envelope.start, end: this.envelope.end, unreadable: true });
  }

  /** The frames that are complete, once. */
  taken(): Frame[] {
    const { frames } = this;
    this.frames = [];
    return frames;
  }

  private beginMessage(line: LineStart): void {
    this.close(this.open?.framed === true);
    this.batch.messages++;
    this.open = { message: true, start: line.start, framed: line.framed, end: line.start };
  }

  private envelopeSegment(line: LineStart): void {
    if (this.open?.message) this.close(this.open.framed);
    const { batch } = this;
    switch (line.kind) {
      case 'FHS':
        Object.assign(batch, { file: true, batches: 0, messages: 0 });
        break;
      case 'BHS':
        Object.assign(batch, { batch: true, batches: batch.batches + 1, messages: 0 });
        break;
      case 'BTS':
        batch.batch = false;
        this.compare(line, batch.messages);
        batch.messages = 0;
        break;
      default:
        Object.assign(batch, { file: false, batch: false });
        this.compare(line, batch.batches);
    }
  }

  private compare(line: LineStart, found: number): void {
    const stated = firstField(line.head);
    if (!/^\d{1,9}$/.test(stated) || Number(stated) === found || this.issues.length >= issueLimit) return;
    this.issues.push({ code: 'batch-count-mismatch', path: `${line.kind}-1`, detail: `the drop holds ${found}` });
  }

  private close(truncated: boolean): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    const place = { ordinal: ++this.ordinal, start: open.start, end: open.end };
    if (!open.message) this.frames.push({ ...place, unreadable: true });
    else {
      const oversize = open.end - open.start > this.messageBytes;
      this.frames.push({ ...place, ...(oversize && { oversize }), ...(truncated && { truncated }) });
    }
  }
}

const isLineEnd = (byte: number | undefined): boolean =>
  byte === undefined || byte === 0x0d || byte === 0x0a || byte === 0x1c;

/** Whether the line goes on to this field; yes when its head, all that is seen of it, is full. */
function reachesField(head: Uint8Array, field: number): boolean {
  let separators = 0;
  for (let at = 3; at < head.length; at++) {
    if (isLineEnd(head[at])) return false;
    if (head[at] === head[3] && ++separators === field - 1) return true;
  }
  return head.length >= 512;
}

function firstField(head: Uint8Array): string {
  let text = '';
  for (let at = 4; at < 16 && !isLineEnd(head[at]) && head[at] !== head[3]; at++)
    text += String.fromCharCode(head[at] ?? 0);
  return text.trim();
}
