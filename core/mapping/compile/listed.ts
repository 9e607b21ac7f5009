import type { Node } from './problems.ts';

/** The two words of a row that is listed and never run: left undone, or done otherwise than the official row says. */
const WORDS = ['skip', 'instead'] as const;

const ROW = /^[A-Za-z0-9_.:-]+\.r\d+(?:\.\.\d+)?$/;
const FOREIGN = /^[A-Z0-9]{2,3}\[[A-Za-z0-9.-]+\] [A-Za-z0-9_.:-]+\.r\d+(?:\.\.\d+)?$/;

/** Whether a row only lists official rows: `{ key: PID-4.r1, skip: 'why it is not executed' }`. */
export function isListed(node: Node): boolean {
  return WORDS.some((word) => !node.at(word).absent);
}

/**
 * Checks a listed row and compiles it to nothing: `skip` says why the official rows are not executed, `instead` what our
 * rows or the engine do in their place. Answers its keys, of which it may have several.
 */
export function compileListed(node: Node): readonly string[] {
  node.only('listed row', 'key', ...WORDS);
  const words = WORDS.filter((word) => !node.at(word).absent);
  if (words.length > 1) node.fail('listed row', 'is either skipped or done otherwise, not both');
  for (const word of words) node.at(word).text();
  const keys = node.at('key').texts();
  if (keys.length === 0) node.at('key').fail('row-key', 'is missing');
  for (const key of keys) {
    if (!ROW.test(key))
      node.at('key').fail('row-key', `"${key}" is no key of an official row, such as PID-5.r1, PID-5.r2..4`);
  }
  return keys;
}

/** Checks `carries`: further official rows that a row carries, of its own map or of another: `FN[HumanName] FN.1.r1`. */
export function checkCarries(node: Node): void {
  for (const key of node.texts()) {
    if (!ROW.test(key) && !FOREIGN.test(key)) node.fail('carries', `"${key}" is no key of an official row`);
  }
}

/** Checks `official`: the names of the official maps that a file carries, `PID[Patient]` or `ORU_R01`. */
export function checkOfficial(node: Node): void {
  for (const name of node.texts()) {
    if (!/^[A-Za-z0-9_]+(?:\[[A-Za-z0-9.-]+\])?$/.test(name))
      node.fail('official', `"${name}" is no name of an official map`);
  }
}

/** Checks a code that is listed and never mapped: `CP: { instead: 'XTN.3.x1 tells it' }`. */
export function checkListedCode(node: Node): void {
  node.only('listed code', ...WORDS);
  for (const word of WORDS) node.at(word).text('');
}

/** Checks what a table says of itself that no row reads, and that stands there for the rows of feeds. */
export function checkUnread(node: Node): void {
  const words = WORDS.filter((word) => node.at(word).text('') !== '');
  if (words.length > 1) node.fail('code table', 'is either skipped or done otherwise, not both');
}
