import type { Counter } from './counter.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Counts the records of a CSV table below its header: line ends outside of quotes, blank lines left out.
 *
 * A quote opens a cell only where the cell begins, and a doubled one opens it again, so that a stray quote in one cell
 * does not swallow its neighbours.
 */
export function createCsvCounter(): Counter {
  let records = 0;
  let width = 0;
  let quoted = false;
  let justClosed = false;
  let before = lineFeed;
  let seen = 0;

  function endRecord(): void {
    if (width > (before === carriageReturn ? 1 : 0)) records++;
    width = 0;
    before = lineFeed;
  }

  function take(byte: number): void {
    if (byte === lineFeed && !quoted) {
      endRecord();
      justClosed = false;
      return;
    }
    const toggles = byte === quote && (quoted || justClosed || before === comma || before === lineFeed);
    justClosed = toggles && quoted;
    if (toggles) quoted = !quoted;
    width++;
    // Inside of quotes neither a comma nor a line end begins a cell.
    before = quoted ? 0 : byte;
  }

  return {
    push(chunk) {
      for (const byte of chunk) {
        const mark = seen < 3 && byte === [0xef, 0xbb, 0xbf][seen];
        seen = mark ? seen + 1 : 3;
        if (!mark) take(byte);
      }
    },
    finish() {
      endRecord();
      return { messages: Math.max(records - 1, 0) };
    },
  };
}
