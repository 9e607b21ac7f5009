import type { Counter } from './counter.ts';

const byteOrderMark = '\u00ef\u00bb\u00bf';
const blank: ReadonlySet<string> = new Set([' ', '\t', '\f', '\u001a']);
const message = /^MSH(?![A-Za-z0-9 \t])/;
const envelope = /^(?:FHS|BHS|BTS|FTS)(?![A-Za-z0-9 \t])/;

/**
 * Counts HL7 v2 messages byte by byte: every line that begins with `MSH` behind the start of the drop, CR, LF or 0x0B,
 * and one for each stretch of other text outside of messages (before the first, or after a batch segment or the end of
 * an MLLP block). A drop that is not blank counts at least one: refused whole, it is one message.
 */
export function createHl7Counter(): Counter {
  const counting = new Counting();
  return {
    push(chunk) {
      counting.push(chunk);
    },
    finish: () => ({ messages: counting.finish() }),
  };
}

class Counting {
  private messages = 0;
  private strays = 0;
  private seen = false;
  /** `name` while the line may still begin with a segment's name, `blank` when only blanks have come. */
  private line: 'name' | 'blank' | 'text' = 'name';
  private name = '';
  private markAllowed = true;
  /** A 0x0B inside a text gave the line a second chance to begin with a name. */
  private second = false;
  private outside = true;
  private strayCounted = false;
  private endOfBlock = false;

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      // Most bytes are text behind a known beginning: only a control byte can matter there.
      if (byte > 0x1c && this.line === 'text' && !this.endOfBlock) continue;
      this.take(byte);
    }
  }

  private take(byte: number): void {
    if (this.endOfBlock) this.afterEndOfBlock(byte);
    if (byte === 0x1c) this.endOfBlock = true;
    else if (byte === 0x0d || byte === 0x0a) this.endLine();
    else if (byte === 0x0b) this.startOfBlock();
    else if (this.line !== 'text') this.character(String.fromCharCode(byte));
  }

  finish(): number {
    if (this.endOfBlock) this.afterEndOfBlock(0x0d);
    this.endLine();
    const counted = this.messages + this.strays;
    return counted === 0 && this.seen ? 1 : counted;
  }

  private character(character: string): void {
    if (this.line === 'name') this.nameCharacter(character);
    else if (this.line === 'blank' && !blank.has(character)) this.text();
  }

  private nameCharacter(character: string): void {
    if (this.name === '' && blank.has(character)) {
      this.markAllowed = false;
      // At the very start of a drop a name may stand behind blanks; later, indented text is text.
      if (this.seen) this.line = this.second ? 'text' : 'blank';
      return;
    }
    this.name += character;
    if (this.markAllowed && byteOrderMark.startsWith(this.name)) {
      if (this.name === byteOrderMark) this.begin('name', false, this.second);
    } else if (this.name.length >= 4) this.decide();
  }

  private begin(line: 'name' | 'blank', markAllowed: boolean, second: boolean): void {
    this.line = line;
    this.name = '';
    this.markAllowed = markAllowed;
    this.second = second;
  }

  private decide(): void {
    if (message.test(this.name)) {
      this.messages++;
      this.outside = false;
      this.strayCounted = false;
    } else if (envelope.test(this.name)) this.outside = true;
    else if (!this.second) this.text();
    this.seen = true;
    this.line = 'text';
  }

  private text(): void {
    this.line = 'text';
    this.seen = true;
    if (this.outside && !this.strayCounted) this.strays++;
    this.strayCounted = this.outside;
  }

  private endLine(): void {
    if (this.line === 'name' && this.name !== '') this.decide();
    this.begin('name', true, false);
  }

  private startOfBlock(): void {
    if (this.line === 'name' && this.name !== '') this.decide();
    this.begin('name', true, this.second || this.line === 'text');
  }

  /** 0x1C ends a block before CR, LF, 0x0B or the end of the drop; elsewhere it is a character. */
  private afterEndOfBlock(byte: number): void {
    this.endOfBlock = false;
    if (byte === 0x0d || byte === 0x0a || byte === 0x0b) {
      this.endLine();
      this.outside = true;
    } else this.character('\u001c');
  }
}
