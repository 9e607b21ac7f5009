import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCsvCounter } from '../../../../core/ledger/count-csv.ts';
import { createHl7Counter } from '../../../../core/ledger/count-hl7v2.ts';
import type { Counter } from '../../../../core/ledger/counter.ts';

function count(counter: Counter, text: string): number {
  counter.push(new TextEncoder().encode(text));
  return counter.finish().messages;
}

describe('the counters', () => {
  test.each(['count-hl7v2.ts', 'count-csv.ts', 'counter.ts'])(
    '%s imports nothing but the type of a counter',
    (file) => {
      const source = readFileSync(`core/ledger/${file}`, 'utf8');
      const imports = [...source.matchAll(/\b(?:import|from|require)\b[^'"`;]*['"`]([^'"`]+)['"`]/g)].map(
        (found) => found[1],
      );
      expect(imports).toEqual(file === 'counter.ts' ? [] : ['./counter.ts']);
    },
  );
});

describe('HL7 v2 messages', () => {
  test.each([
    ['', 0],
    ['\r\n \n', 0],
    ['MSH|^~\\&|A\rPID|1\r', 1],
    ['MSH|^~\\&|A\nMSH|^~\\&|B\r\nMSH|^~\\&|C', 3],
    ['\x0bMSH|^~\\&|A\x1c\r\x0bMSH|^~\\&|B\x1c\r', 2],
    ['\ufeffMSH|^~\\&|A\r\ufeffMSH|^~\\&|B', 2],
    ['FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rBTS|1\rFTS|1\r', 1],
    ['a letter\rMSH|^~\\&|A\r', 2],
    ['a letter\rin two lines', 1],
    ['FHS|^~\\&\rFTS|0\r', 1],
    ['MSH|^~\\&|A\rNTE|1||MSH|\rMSH is a hormone\rxMSH|\r', 1],
    ['MSH*~|\\&*A\rMSH', 2],
  ])('%j holds %i', (text, messages) => {
    expect(count(createHl7Counter(), text)).toBe(messages);
  });
});

describe('CSV records', () => {
  test.each([
    ['', 0],
    ['a,b', 0],
    ['a,b\n', 0],
    ['a,b\n1,2', 1],
    ['\ufeffa,b\r\n1,2\r\n\r\n3,4\r\n', 2],
    ['a\n"x\ny\n""z"\nw\n', 2],
    ['a\n5" wound\nw\n', 2],
    ['a\n"open\nw\n', 1],
  ])('%j holds %i', (text, records) => {
    expect(count(createCsvCounter(), text)).toBe(records);
  });
});
