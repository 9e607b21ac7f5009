import { type ReasonCode, reasonText } from '../core/reasons.ts';
import type { RunResult } from './result.ts';

/** Prints what became of everything; exit code 2 when a book does not balance, 1 when anything died. */
export function printSummary(result: RunResult, json: boolean): number {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : summary(result));
  if (!result.balanced) return 2;
  return result.dead > 0 ? 1 : 0;
}

function summary(result: RunResult): string {
  const states = ['imported', 'superseded', 'duplicate', 'filtered', 'dead'] as const;
  const width = 12;
  const row = (name: string, value: number | string) => `  ${name.padEnd(width)}${String(value).padStart(8)}`;
  const { notes } = result;
  return `${[
    '',
    `Messages from ${result.batches.length} ${result.batches.length === 1 ? 'drop' : 'drops'}`,
    row('in', result.in),
    ...states.map((state) => row(state, result[state])),
    result.balanced
      ? '  the book balances'
      : `  THE BOOK DOES NOT BALANCE: ${result.open.length} of ${result.batches.length} drops came to no end. The files are safe in the inbox; see "tributary status".`,
    ...reasons('Dead by reason', result.deadByReason),
    ...reasons('Filtered by reason', result.filteredByReason),
    '',
    `Resources loaded: ${total(result.resources)} new, ${total(result.updated)} changed`,
    ...types(result).map(
      (type) => `  ${type.padEnd(24)}${count(result.resources[type])}${count(result.updated[type])}`,
    ),
    ...(notes.found === 0
      ? []
      : [
          '',
          `Notes: ${notes.found} found, ${notes.read} read, ${notes.failed} failed, ${notes.overBudget} over budget; ${notes.findings} findings`,
        ]),
    '',
    `Import jobs: ${result.importJobs.length}; ${result.seconds} s`,
    '',
  ].join('\n')}\n`;
}

function reasons(title: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts);
  if (entries.length === 0) return [];
  return [
    '',
    title,
    ...entries.map(([code, count]) => `  ${String(count).padStart(6)}  ${code}: ${reasonText(code as ReasonCode)}`),
  ];
}

function types({ resources, updated }: RunResult): string[] {
  return [...new Set([...Object.keys(resources), ...Object.keys(updated)])].toSorted();
}

const count = (value: number | undefined): string => String(value ?? '').padStart(8);

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
