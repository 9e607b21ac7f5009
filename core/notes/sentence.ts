/** Where a clinical text may be cut. Positions are UTF-16 indexes; none of these functions reads further than it is told. */

/** Words whose full stop ends no sentence, without their last stop and in lower case. */
const abbreviations: ReadonlySet<string> = new Set(
  (
    'dr mr mrs ms prof st jr sr vs approx etc dept resp incl eg ie cf no nr fig vol ' +
    'mg mcg ug ml dl kg cm mm oz lb lbs tab tabs cap caps susp soln inj gtt amp supp ' +
    'hr hrs min sec wk wks mo mos yr yrs wt ht temp bp hgb ' +
    'pt pts hx dx tx rx fx sx abd bilat neg pos hosp med meds max ext int post ant lat sup inf'
  ).split(' '),
);

const closers = '"\')]}\u2019\u201d';
const longestWord = 24;

/**
 * Whether the white space at `at` follows the end of a sentence: a stop that belongs to no abbreviation and after which
 * no small letter goes on, or an empty line.
 */
export function endsSentence(text: string, at: number): boolean {
  const last = lastOf(text, at);
  const mark = text.charAt(last);
  if (mark === '!' || mark === '?') return true;
  if (mark === '.') return !isAbbreviation(text, last) && !goesOn(text, at);
  return isEmptyLine(text, at);
}

/** Whether the unit at this index is white space. */
export function isSpace(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x2028 || unit === 0x2029;
}

/** Index of the last unit before `at` that is no closing quote or bracket. */
function lastOf(text: string, at: number): number {
  let last = at - 1;
  while (last > at - 4 && last > 0 && closers.includes(text.charAt(last))) last -= 1;
  return last;
}

/** `Dr.`, `b.i.d.`, `J.`, and the number of a list at the start of a line (`2.`). */
function isAbbreviation(text: string, stop: number): boolean {
  let start = stop;
  while (start > 0 && stop - start <= longestWord && !isSpace(text, start - 1) && text.charAt(start - 1) !== '(')
    start -= 1;
  const word = text.slice(start, stop).toLowerCase();
  if (abbreviations.has(word) || /^[a-z](?:\.[a-z])*$/.test(word)) return true;
  return /^\d{1,2}$/.test(word) && (start === 0 || text.charAt(start - 1) === '\n');
}

/** Whether the next word starts with a small letter. */
function goesOn(text: string, at: number): boolean {
  let next = at;
  while (next < text.length && next - at < longestWord && isSpace(text, next)) next += 1;
  return /^\p{Ll}/u.test(text.slice(next, next + 2));
}

/** Whether the white space before this unit, itself a line feed, holds another line feed: a paragraph ends here. */
function isEmptyLine(text: string, at: number): boolean {
  if (text.charAt(at) !== '\n') return false;
  let before = at - 1;
  while (before > 0 && at - before < longestWord && isSpace(text, before) && text.charAt(before) !== '\n') before -= 1;
  return text.charAt(before) === '\n';
}
