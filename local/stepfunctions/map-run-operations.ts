import { ServiceError } from '../wire.ts';
import { arn, type Input, onlyKnown, page, seconds } from './api-input.ts';
import { findExecution } from './execution-operations.ts';
import type { MapRunRow, Store } from './store.ts';

/** ListMapRuns and DescribeMapRun (Step Functions API reference). */
export function mapRunOperations(store: Store): Record<string, (input: Input) => unknown> {
  return {
    ListMapRuns: (input) => {
      onlyKnown(input, ['executionArn', 'maxResults', 'nextToken']);
      const execution = findExecution(store, input);
      const sql = 'SELECT rowid AS place, * FROM mapRuns WHERE execution = ? AND rowid < ? ORDER BY rowid DESC LIMIT ?';
      const { rows, ...rest } = page(input, (after, count) =>
        store.all<MapRunRow & { place: number }>(sql, execution.arn, after ?? Number.MAX_SAFE_INTEGER, count),
      );
      const mapRuns = rows.map((row) => ({
        executionArn: row.execution,
        mapRunArn: row.arn,
        stateMachineArn: execution.machine,
        ...times(row),
      }));
      return { mapRuns, ...rest };
    },
    DescribeMapRun: (input) => {
      onlyKnown(input, ['mapRunArn']);
      const row = store.one<MapRunRow>('SELECT * FROM mapRuns WHERE arn = ?', arn(input, 'mapRunArn', 'mapRun'));
      if (!row) throw new ServiceError('ResourceNotFound', 'The Map Run does not exist');
      return {
        mapRunArn: row.arn,
        executionArn: row.execution,
        status: row.status,
        ...times(row),
        maxConcurrency: row.maxConcurrency,
        toleratedFailurePercentage: row.toleratedPercentage,
        toleratedFailureCount: row.toleratedCount,
        itemCounts: counts(store, row, 'total(items)'),
        executionCounts: counts(store, row, 'count(*)'),
        redriveCount: 0,
      };
    },
  };
}

function times(row: MapRunRow): Record<string, number> {
  return { startDate: seconds(row.started), ...(row.stopped === null ? {} : { stopDate: seconds(row.stopped) }) };
}

const COUNTED = {
  PENDING: 'pending',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

function counts(store: Store, row: MapRunRow, measure: string): Record<string, number> {
  const sql = `SELECT status, ${measure} AS count FROM executions WHERE mapRun = ? GROUP BY status`;
  const byStatus = new Map(
    store.all<{ status: string; count: number }>(sql, row.arn).map(({ status, count }) => [status, count]),
  );
  const named = Object.entries(COUNTED).map(([status, name]) => [name, byStatus.get(status) ?? 0]);
  const total = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  return {
    ...Object.fromEntries(named),
    total,
    resultsWritten: measure === 'count(*)' && row.resultsWritten > 0 ? total : row.resultsWritten,
  };
}
