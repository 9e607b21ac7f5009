import { charsetNamed } from '../hl7v2/charset.ts';
import type { Issue, Outcome } from '../outcome.ts';

/** Bounds on one record (reliability: threat model, CSV content). Lengths in UTF-16 units. */
export const recordLimits = { columns: 500, cellLength: 64 * 1024, recordBytes: 1024 * 1024 } as const;

/**
 * The cells of one record (RFC 4180), strictly: a quote stands around a whole cell or doubled inside it, and a line
 * break inside quotes only.
 *
 * Fails with `message-charset`, `record-unreadable` or `message-too-large`.
 */
export function parseRecord(bytes: Uint8Array, charset = 'utf-8'): Outcome<string[]> {
  const text = charsetNamed(charset)?.decode(bytes);
  if (text === undefined) return { ok: false, issues: [{ code: 'message-charset' }] };
  const cells = text.includes('"') ? quotedCells(text) : plainCells(text);
  if (cells === undefined) return { ok: false, issues: [{ code: 'record-unreadable' }] };
  const issue = tooLarge(cells);
  return issue === undefined ? { ok: true, value: cells, issues: [] } : { ok: false, issues: [issue] };
}

/** Whether a record has as many cells as its header: `record-ragged` with both counts, or nothing. */
export function checkRecord(header: readonly string[], cells: readonly string[]): Issue[] {
  if (header.length === cells.length) return [];
  return [{ code: 'record-ragged', detail: `${cells.length} columns where the header has ${header.length}` }];
}

function plainCells(text: string): string[] | undefined {
  return /[\r\n]/.test(text) ? undefined : text.split(',');
}

function quotedCells(text: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    if (cell === undefined) return undefined;
    cells.push(cell.value);
    if (cell.end === text.length) return cells;
    at = cell.end + 1;
  }
}

interface Cell {
  readonly value: string;
  /** Place of the comma behind it, or the end of the record. */
  readonly end: number;
}

function plainCell(text: string, from: number): Cell | undefined {
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  const value = text.slice(from, end);
  return /["\r\n]/.test(value) ? undefined : { value, end };
}

function quotedCell(text: string, from: number): Cell | undefined {
  let at = from + 1;
  let close = text.indexOf('"', at);
  while (close >= 0 && text[close + 1] === '"') {
    at = close + 2;
    close = text.indexOf('"', at);
  }
  if (close < 0 || (close + 1 < text.length && text[close + 1] !== ',')) return undefined;
  return { value: text.slice(from + 1, close).replaceAll('""', '"'), end: close + 1 };
}

function tooLarge(cells: readonly string[]): Issue | undefined {
  if (cells.length > recordLimits.columns) {
    return { code: 'message-too-large', detail: `more than ${recordLimits.columns} columns` };
  }
  const long = cells.findIndex((cell) => cell.length > recordLimits.cellLength);
  return long < 0 ? undefined : { code: 'message-too-large', detail: `column ${long + 1} is longer than the limit` };
}

/** Names that are members of every object: as a column they would reach for the prototype. */
const reserved: ReadonlySet<string> = new Set([
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'tostring',
    'tolocalestring',
    'valueof',
    'hasownproperty',
    'isprototypeof',
  ],
  ...['propertyisenumerable', '__definegetter__', '__definesetter__', '__lookupgetter__', '__lookupsetter__'],
]);

const nameLength = 128;

/**
 * The column names of a table in NFC, outer blanks cut off.
 *
 * Names are unique also after case folding, since a feed's author will not see the difference. Fails with
 * `header-invalid`, naming the column's number, or as `parseRecord` does.
 */
export function readHeader(bytes: Uint8Array, charset = 'utf-8'): Outcome<string[]> {
  const record = parseRecord(bytes, charset);
  if (!record.ok) return { ok: false, issues: record.issues.map(asHeaderIssue) };
  const names = record.value.map((name) => name.normalize('NFC').trim());
  const seen = new Set<string>();
  const issues = names.flatMap((name, at) => {
    const folded = name.toUpperCase().toLowerCase();
    const fault = faultOf(name, folded, seen);
    seen.add(folded);
    return fault === undefined ? [] : [{ code: 'header-invalid' as const, detail: `column ${at + 1} ${fault}` }];
  });
  return issues.length === 0 ? { ok: true, value: names, issues } : { ok: false, issues };
}

function faultOf(name: string, folded: string, seen: ReadonlySet<string>): string | undefined {
  if (name === '') return 'has no name';
  if (name.length > nameLength) return `has a name of more than ${nameLength} characters`;
  if (/\p{Cc}/u.test(name)) return 'has a name with control characters';
  if (reserved.has(folded)) return 'has a reserved name';
  return seen.has(folded) ? 'repeats a name' : undefined;
}

function asHeaderIssue(issue: Issue): Issue {
  if (issue.code === 'message-charset') return issue;
  return { code: 'header-invalid', detail: issue.detail ?? 'a quote is open or misplaced' };
}
