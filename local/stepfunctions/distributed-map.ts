import { type Frame, saveFrame } from './frames.ts';
import { type ChildInput, childInputs } from './map-items.ts';
import { writeResults } from './map-results.ts';
import { evaluateNumber, machineName, note, pointerTo, type Scope } from './scope.ts';
import { Aborted, asStatesError, StatesError } from './states-error.ts';
import type { MapState } from './states-language.ts';
import type { ExecutionRow, MapRunRow } from './store.ts';
import { childController } from './waiting.ts';

/** Unset or zero means 10,000 (developer guide, "state-map-distributed"). */
const DEFAULT_CONCURRENCY = 10_000;

/**
 * Runs a Distributed Map: a Map Run whose children are executions of their own. All children's inputs are kept before
 * the first one starts, so that after a restart the finished ones are left alone and the others go on.
 */
export async function runMapRun(scope: Scope, frame: Frame, state: MapState): Promise<unknown> {
  const arn = typeof frame.work === 'string' ? frame.work : await beginMapRun(scope, frame, state);
  try {
    await runChildren(scope, arn);
    const { output, written } = await writeResults(scope, frame, state, arn);
    const failure = exceeded(scope, arn);
    endMapRun(scope, frame, arn, failure ? 'FAILED' : 'SUCCEEDED', written);
    if (failure) throw noteFailed(scope, frame, failure);
    return output;
  } catch (thrown) {
    throw stopped(scope, frame, arn, thrown);
  }
}

async function beginMapRun(scope: Scope, frame: Frame, state: MapState): Promise<string> {
  const { engine, row } = scope.run;
  const number = async (
    field: 'MaxConcurrency' | 'ToleratedFailurePercentage' | 'ToleratedFailureCount',
    most: number,
  ) => (state[field] === undefined ? undefined : evaluateNumber(scope, frame, state[field], field, 0, most));
  const limits = {
    maxConcurrency: (await number('MaxConcurrency', 99_999_999)) ?? 0,
    toleratedPercentage: (await number('ToleratedFailurePercentage', 100)) ?? 0,
    toleratedCount: (await number('ToleratedFailureCount', 99_999_999)) ?? 0,
  };
  note(scope, frame, 'MapStateStarted', { mapStateStartedEventDetails: { length: 0 } });
  const children = await childInputs(scope, frame, state);
  const label = state.Label ?? frame.state.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40);
  const arn = `${row.machine.replace(':stateMachine:', ':mapRun:')}/${label}:${crypto.randomUUID()}`;
  engine.store.together(() => {
    const mapRun: MapRunRow = {
      arn,
      execution: row.arn,
      status: 'RUNNING',
      started: engine.timers.now(),
      stopped: null,
      ...limits,
      resultsWritten: 0,
    };
    engine.store.insert('mapRuns', mapRun);
    for (const [index, child] of children.entries()) {
      engine.store.insert('executions', childRow(scope, frame, { arn, label, index, child }));
    }
    note(scope, frame, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: arn } });
    frame.work = arn;
    saveFrame(engine.store, row.arn, frame);
  });
  return arn;
}

interface ChildPlace {
  readonly arn: string;
  readonly label: string;
  readonly index: number;
  readonly child: ChildInput;
}

function childRow(scope: Scope, frame: Frame, { arn, label, index, child }: ChildPlace): ExecutionRow {
  const { row } = scope.run;
  const name = crypto.randomUUID();
  const machine = `${row.machine}/${label}`;
  return {
    arn: `${row.arn.slice(0, row.arn.indexOf(':execution:'))}:execution:${machineName(machine)}:${name}`,
    name,
    machine,
    role: row.role,
    definition: row.definition,
    scope: pointerTo(scope, frame, 'ItemProcessor'),
    status: 'PENDING',
    input: child.input,
    output: null,
    error: null,
    cause: null,
    started: 0,
    stopped: null,
    mapRun: arn,
    mapIndex: index,
    items: child.items,
  };
}

async function runChildren(scope: Scope, arn: string): Promise<void> {
  const { engine } = scope.run;
  const waiting = engine.store.all<{ arn: string }>(
    "SELECT arn FROM executions WHERE mapRun = ? AND status IN ('PENDING', 'RUNNING') ORDER BY status DESC, mapIndex",
    arn,
  );
  const width = mapRunRow(scope, arn).maxConcurrency || DEFAULT_CONCURRENCY;
  const { controller, release } = childController(scope.signal);
  let next = 0;
  async function runSome(): Promise<void> {
    for (let child = waiting[next++]; child && !controller.signal.aborted; child = waiting[next++]) {
      const status = await engine.runExecution(child.arn, controller.signal);
      if (status !== 'SUCCEEDED' && !controller.signal.aborted && exceeded(scope, arn)) controller.abort();
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(width, waiting.length) }, runSome));
  } finally {
    release();
  }
  if (scope.signal.aborted) throw new Aborted();
}

/** The error of a Map Run in which more items failed than it tolerates (developer guide, "concepts-examine-map-run"). */
function exceeded(scope: Scope, arn: string): StatesError | undefined {
  const { toleratedCount, toleratedPercentage } = mapRunRow(scope, arn);
  const sql = `SELECT total(items) AS total, total(items) FILTER (WHERE status IN ('FAILED', 'TIMED_OUT', 'ABORTED')) AS failed
    FROM executions WHERE mapRun = ?`;
  const { total, failed } = scope.run.engine.store.one<{ total: number; failed: number }>(sql, arn) ?? {
    total: 0,
    failed: 0,
  };
  if (failed === 0) return undefined;
  const byCount = toleratedCount > 0 && failed > toleratedCount;
  const byShare = (toleratedPercentage > 0 || toleratedCount === 0) && (failed / total) * 100 > toleratedPercentage;
  if (!byCount && !byShare) return undefined;
  return new StatesError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

function mapRunRow(scope: Scope, arn: string): MapRunRow {
  const row = scope.run.engine.store.one<MapRunRow>('SELECT * FROM mapRuns WHERE arn = ?', arn);
  if (!row) throw new StatesError('States.Runtime', 'The Map Run is not saved');
  return row;
}

function endMapRun(scope: Scope, frame: Frame, arn: string, status: MapRunRow['status'], written: number): void {
  const { engine } = scope.run;
  engine.store.together(() => {
    const now = engine.timers.now();
    engine.store.run(
      "UPDATE executions SET status = 'ABORTED', stopped = ? WHERE mapRun = ? AND status = 'PENDING'",
      now,
      arn,
    );
    engine.store.run(
      'UPDATE mapRuns SET status = ?, stopped = ?, resultsWritten = ? WHERE arn = ?',
      status,
      now,
      written,
      arn,
    );
    if (status === 'SUCCEEDED') note(scope, frame, 'MapRunSucceeded');
    if (status === 'ABORTED') note(scope, frame, 'MapRunAborted');
  });
}

function noteFailed(scope: Scope, frame: Frame, failure: StatesError): StatesError {
  note(scope, frame, 'MapRunFailed', { mapRunFailedEventDetails: { error: failure.error, cause: failure.causeText } });
  return failure;
}

/** Ends a Map Run that broke off; one that the cloud's own stop interrupts stays as it is. */
function stopped(scope: Scope, frame: Frame, arn: string, thrown: unknown): unknown {
  if (mapRunRow(scope, arn).status !== 'RUNNING') return thrown;
  if (scope.signal.aborted) {
    if (scope.signal.reason !== 'shutdown') endMapRun(scope, frame, arn, 'ABORTED', 0);
    return new Aborted();
  }
  const failure = asStatesError(thrown);
  endMapRun(scope, frame, arn, 'FAILED', 0);
  return noteFailed(scope, frame, failure);
}
