import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { BusEvent } from '../service.ts';
import { dropFrames } from './frames.ts';
import { History, payload } from './history.ts';
import { runScope } from './interpreter.ts';
import { atPointer, type Engine, type Run, type Scope } from './scope.ts';
import { Aborted, asStatesError, assertPayload, StatesError } from './states-error.ts';
import type { Machine } from './states-language.ts';
import type { ExecutionRow, ExecutionStatus, Store } from './store.ts';
import { childController, waitUntil } from './waiting.ts';

/** How an execution ended. */
interface Ending {
  readonly status: Exclude<ExecutionStatus, 'PENDING' | 'RUNNING'>;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** Reason of a signal that tells one execution to end; `'shutdown'` leaves it to be resumed. */
type StopReason = Ending | 'shutdown';

export interface Executions extends Pick<Engine, 'runExecution'> {
  /** Keeps a new execution and starts it. */
  readonly start: (row: ExecutionRow) => void;
  /** Goes on with every execution that was running when the process ended. */
  readonly resume: () => void;
  readonly abort: (arn: string, error: string | undefined, cause: string | undefined) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const EVENT_TYPES = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', ABORTED: 'Aborted', TIMED_OUT: 'TimedOut' } as const;

type Parts = Omit<Engine, 'runExecution'> & { readonly publish: (event: BusEvent) => void };

export function createExecutions(parts: Parts): Executions {
  const { store, timers } = parts;
  const running = new Map<string, { controller: AbortController; ended: Promise<ExecutionStatus> }>();
  const everything = new AbortController();
  const engine: Engine = { ...parts, runExecution };

  function runExecution(arn: string, parent: AbortSignal): Promise<ExecutionStatus> {
    const known = running.get(arn);
    if (known) return known.ended;
    const { controller, release } = childController(parent);
    const ended = run(arn, controller).finally(() => {
      release();
      running.delete(arn);
    });
    running.set(arn, { controller, ended });
    return ended;
  }

  async function run(arn: string, controller: AbortController): Promise<ExecutionStatus> {
    // Starts in its own turn, so that whoever starts it has its answer first, and many do not hold up the port.
    await setImmediate();
    if (controller.signal.reason === 'shutdown') return 'RUNNING';
    const row = began(engine, arn);
    if (row.status !== 'RUNNING') return row.status;
    const history = new History(store, arn, timers.now);
    const ending = await outcome({ row, input: JSON.parse(row.input), history, engine }, controller);
    if (ending === undefined) return 'RUNNING';
    end(parts, row, history, ending);
    return ending.status;
  }

  return {
    runExecution,
    start(row) {
      store.together(() => {
        store.insert('executions', row);
        noteStart(engine, row);
        parts.publish(statusEvent(row, { status: 'RUNNING' }, null));
      });
      void runExecution(row.arn, everything.signal);
    },
    resume() {
      const rows = store.all<{ arn: string }>(
        "SELECT arn FROM executions WHERE status = 'RUNNING' AND mapRun IS NULL ORDER BY started",
      );
      for (const { arn } of rows) void runExecution(arn, everything.signal);
    },
    async abort(arn, error, cause) {
      const known = running.get(arn);
      const reason: StopReason = {
        status: 'ABORTED',
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
      known?.controller.abort(reason);
      await known?.ended;
    },
    async stop() {
      const all = [...running.values()].map(({ ended }) => ended);
      everything.abort('shutdown' satisfies StopReason);
      await Promise.allSettled(all);
    },
  };
}

/** A child that waits becomes a running one; its definition is checked to be there. */
function began(engine: Engine, arn: string): ExecutionRow {
  const { store, timers } = engine;
  const row = store.one<ExecutionRow>('SELECT * FROM executions WHERE arn = ?', arn);
  if (!row) throw new StatesError('States.Runtime', 'The execution is not saved');
  if (row.status !== 'PENDING') return row;
  const started: ExecutionRow = { ...row, status: 'RUNNING', started: timers.now() };
  store.together(() => {
    store.run("UPDATE executions SET status = 'RUNNING', started = ? WHERE arn = ?", started.started, arn);
    noteStart(engine, started);
  });
  return started;
}

function noteStart({ store, timers }: Engine, row: ExecutionRow): void {
  const details = { input: row.input, inputDetails: { truncated: false }, roleArn: row.role };
  new History(store, row.arn, timers.now).record(0, 'ExecutionStarted', { executionStartedEventDetails: details });
}

/** Runs it to its end; undefined when the cloud stops before. */
async function outcome(run: Run, controller: AbortController): Promise<Ending | undefined> {
  const definition = definitionOf(run);
  const timeout = new AbortController();
  watchTimeout(run, definition, controller, timeout.signal);
  try {
    const machine = atPointer(definition, run.row.scope);
    const scope: Scope = {
      run,
      machine,
      pointer: run.row.scope,
      path: '',
      outer: {},
      item: undefined,
      signal: controller.signal,
    };
    const output = await runScope(scope, () => ({ input: run.input, after: 1 }));
    assertPayload(output, 'output of the execution');
    return { status: 'SUCCEEDED', output };
  } catch (thrown) {
    if (thrown instanceof Aborted) return endingOf(controller.signal.reason);
    const { error, causeText } = asStatesError(thrown);
    return { status: 'FAILED', error, cause: causeText };
  } finally {
    timeout.abort();
  }
}

function endingOf(reason: unknown): Ending | undefined {
  if (reason === 'shutdown') return undefined;
  const own = typeof reason === 'object' && reason !== null && 'status' in reason ? (reason as Ending) : undefined;
  return own ?? { status: 'ABORTED' };
}

/** `TimeoutSeconds` of the definition counts from the start of the execution; a Map's children have none. */
function watchTimeout(run: Run, definition: Machine, controller: AbortController, ended: AbortSignal): void {
  if (definition.TimeoutSeconds === undefined || run.row.mapRun !== null) return;
  const deadline = run.row.started + definition.TimeoutSeconds * 1000;
  const late: StopReason = { status: 'TIMED_OUT', error: 'States.Timeout', cause: '' };
  waitUntil(run.engine.timers, deadline, ended).then(
    () => controller.abort(late),
    () => undefined,
  );
}

/** The event is published before the end is kept: a kill in between repeats it, and never loses it. */
function end(parts: Parts, row: ExecutionRow, history: History, ending: Ending): void {
  const { store, timers } = parts;
  const stopped = timers.now();
  const output = ending.status === 'SUCCEEDED' ? JSON.stringify(ending.output) : null;
  const details =
    ending.status === 'SUCCEEDED'
      ? payload('output', ending.output)
      : { error: ending.error ?? '', cause: ending.cause ?? '' };
  if (row.mapRun === null) parts.publish(statusEvent(row, ending, stopped));
  store.together(() => {
    const type = EVENT_TYPES[ending.status];
    history.record(history.last, `Execution${type}`, { [`execution${type}EventDetails`]: details }, true);
    const sql = 'UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, stopped = ? WHERE arn = ?';
    store.run(sql, ending.status, output, ending.error ?? null, ending.cause ?? null, stopped, row.arn);
    dropFrames(store, row.arn);
  });
}

/** Without input and output, which AWS would include: they are pointers here, but an event goes to every rule. */
function statusEvent(
  row: ExecutionRow,
  ending: { status: string; error?: string; cause?: string },
  stopDate: number | null,
): BusEvent {
  const detail = {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: ending.status,
    startDate: row.started,
    stopDate,
  };
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [row.arn],
    detail,
  };
}

/** Keeps a definition under its hash; an execution goes on with the one it started with. */
export function keepDefinition(store: Store, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  store.run('INSERT INTO definitions (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, text);
  return hash;
}

function definitionOf({ engine, row }: Run): Machine {
  const kept = engine.store.one<{ text: string }>('SELECT text FROM definitions WHERE hash = ?', row.definition);
  if (!kept) throw new StatesError('States.Runtime', 'The definition is not saved');
  return JSON.parse(kept.text) as Machine;
}
