import { expect, test } from 'vitest';
import { CoverageCount, coverageTable } from '../../../cli/coverage.ts';
import type { TracedConversion } from '../../../core/mapping/convert-message.ts';

const mapped = (...unread: readonly string[]): TracedConversion => ({
  ...{ state: 'mapped', messageType: 'ADT^A01', time: { epochMs: 0, precision: 1, sequence: 0 } },
  ...{ resources: [], notes: [], issues: [], trace: { explanations: [], unread, written: [] } },
});

const dead: TracedConversion = { state: 'dead', messageType: 'unknown', reason: 'message-unreadable', issues: [] };

test('a field is counted once for each message in which no row read it, the most frequent first', () => {
  const count = new CoverageCount('north');
  for (const conversion of [mapped('ZPI-1', 'PID-10'), dead, mapped('ZPI-1'), mapped('AL1-7')]) count.add(conversion);
  expect(count.result).toEqual({
    feed: 'north',
    messages: 4,
    mapped: 3,
    notMapped: 1,
    unread: [
      { field: 'ZPI-1', count: 2 },
      { field: 'AL1-7', count: 1 },
      { field: 'PID-10', count: 1 },
    ],
  });
  expect(coverageTable(count.result)).toContain('         2  ZPI-1\n         1  AL1-7\n');
});

test('a file of which every field was read says so', () => {
  const count = new CoverageCount('north');
  count.add(mapped());
  expect(coverageTable(count.result)).toContain('every populated field was read by a row');
});
