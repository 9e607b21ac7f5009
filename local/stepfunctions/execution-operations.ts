import type { Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { arn, type Input, onlyKnown, optionalText, page, seconds, validName } from './api-input.ts';
import type { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { findMachine, pinDefinition } from './machine-operations.ts';
import { PAYLOAD_BYTES } from './states-error.ts';
import type { ExecutionRow, Store } from './store.ts';

type Operation = (input: Input) => unknown;

/** The operations on executions (Step Functions API reference); redrive is not implemented. */
export function executionOperations(store: Store, timers: Timers, executions: Executions): Record<string, Operation> {
  function start(input: Input): unknown {
    onlyKnown(input, ['stateMachineArn', 'name', 'input', 'traceHeader']);
    const machine = findMachine(store, input);
    const name = validName(optionalText(input, 'name') ?? crypto.randomUUID());
    const row = startedRow(machine.arn, machine.role, name, executionInput(input), timers.now());
    const known = store.one<ExecutionRow>('SELECT * FROM executions WHERE arn = ?', row.arn);
    if (known && (known.status !== 'RUNNING' || known.input !== row.input)) {
      throw new ServiceError(
        'ExecutionAlreadyExists',
        'An execution of this name exists; it has another input or has ended',
      );
    }
    if (!known) executions.start({ ...row, definition: pinDefinition(store, machine) });
    return { executionArn: row.arn, startDate: seconds((known ?? row).started) };
  }

  async function stop(input: Input): Promise<unknown> {
    onlyKnown(input, ['executionArn', 'error', 'cause']);
    const row = findExecution(store, input);
    if (row.status === 'RUNNING')
      await executions.abort(row.arn, optionalText(input, 'error'), optionalText(input, 'cause'));
    return { stopDate: seconds(findExecution(store, input).stopped ?? timers.now()) };
  }

  return {
    StartExecution: start,
    StopExecution: stop,
    DescribeExecution: (input) => {
      onlyKnown(input, ['executionArn', 'includedData']);
      return described(findExecution(store, input));
    },
    DescribeStateMachineForExecution: (input) => machineOf(store, input),
    ListExecutions: (input) => listExecutions(store, input),
    GetExecutionHistory: (input) => history(store, input),
  };
}

export function findExecution(store: Store, input: Input): ExecutionRow {
  const row = store.one<ExecutionRow>(
    "SELECT * FROM executions WHERE arn = ? AND status <> 'PENDING'",
    arn(input, 'executionArn', 'execution'),
  );
  if (row) return row;
  throw new ServiceError('ExecutionDoesNotExist', 'The execution does not exist');
}

function executionInput(input: Input): string {
  const given = optionalText(input, 'input') ?? '{}';
  if (Buffer.byteLength(given) > PAYLOAD_BYTES)
    throw new ServiceError('InvalidExecutionInput', `The input is larger than ${PAYLOAD_BYTES} bytes`);
  if (!isJson(given)) throw new ServiceError('InvalidExecutionInput', 'The input is not JSON');
  return given;
}

function isJson(given: string): boolean {
  try {
    JSON.parse(given);
    return true;
  } catch {
    return false;
  }
}

function startedRow(machine: string, role: string, name: string, input: string, started: number): ExecutionRow {
  return {
    arn: `${machine.replace(':stateMachine:', ':execution:')}:${name}`,
    name,
    machine,
    role,
    definition: '',
    scope: '',
    status: 'RUNNING',
    input,
    output: null,
    error: null,
    cause: null,
    started,
    stopped: null,
    mapRun: null,
    mapIndex: null,
    items: null,
  };
}

function listed(row: ExecutionRow): Record<string, unknown> {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started),
    ...(row.stopped === null ? {} : { stopDate: seconds(row.stopped) }),
    ...(row.mapRun === null ? {} : { mapRunArn: row.mapRun }),
    redriveCount: 0,
  };
}

function described(row: ExecutionRow): unknown {
  return {
    ...listed(row),
    input: row.input,
    inputDetails: { included: true },
    ...(row.output === null ? {} : { output: row.output, outputDetails: { included: true } }),
    ...(row.error === null ? {} : { error: row.error, cause: row.cause ?? '' }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Redrive is not implemented by the embedded cloud',
  };
}

function machineOf(store: Store, input: Input): unknown {
  onlyKnown(input, ['executionArn', 'includedData']);
  const row = findExecution(store, input);
  const definition = store.one<{ text: string }>('SELECT text FROM definitions WHERE hash = ?', row.definition)?.text;
  return {
    stateMachineArn: row.machine,
    name: row.machine.split(':stateMachine:')[1],
    definition,
    roleArn: row.role,
    updateDate: seconds(row.started),
  };
}

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** Newest first, of one machine or of one Map Run; children that have not started are not there yet. */
function listExecutions(store: Store, input: Input): unknown {
  onlyKnown(input, ['stateMachineArn', 'mapRunArn', 'statusFilter', 'maxResults', 'nextToken']);
  const status = optionalText(input, 'statusFilter');
  if (status !== undefined && !STATUSES.includes(status))
    throw new ServiceError('ValidationException', 'The parameter statusFilter is not a status that is implemented');
  const mapRun = optionalText(input, 'mapRunArn');
  if ((mapRun === undefined) === (input['stateMachineArn'] === undefined)) {
    throw new ServiceError('ValidationException', 'Either stateMachineArn or mapRunArn must be given');
  }
  const [column, value] = mapRun === undefined ? ['machine', findMachine(store, input).arn] : ['mapRun', mapRun];
  const sql = `SELECT rowid AS place, * FROM executions WHERE ${column} = ? AND started > 0 AND status <> 'PENDING'
    AND (? IS NULL OR status = ?) AND rowid < ? ORDER BY rowid DESC LIMIT ?`;
  const { rows, ...rest } = page(input, (after, count) =>
    store.all<ExecutionRow & { place: number }>(
      sql,
      value,
      status ?? null,
      status ?? null,
      after ?? Number.MAX_SAFE_INTEGER,
      count,
    ),
  );
  const executions = rows.map((row) => ({ ...listed(row), ...(row.items === null ? {} : { itemCount: row.items }) }));
  return { executions, ...rest };
}

function history(store: Store, input: Input): unknown {
  onlyKnown(input, ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData']);
  const { arn: execution } = findExecution(store, input);
  const [bound, order, first] =
    input['reverseOrder'] === true ? ['<', 'DESC', Number.MAX_SAFE_INTEGER] : ['>', 'ASC', 0];
  const sql = `SELECT id AS place, content FROM events WHERE execution = ? AND id ${bound} ? ORDER BY id ${order} LIMIT ?`;
  const { rows, ...rest } = page(input, (after, count) =>
    store.all<{ place: number; content: string }>(sql, execution, after ?? first, count),
  );
  const withPayloads = input['includeExecutionData'] !== false;
  const events = rows.map(({ content }) => shown(JSON.parse(content) as HistoryEvent, withPayloads));
  return { events, ...rest };
}

const PAYLOAD_FIELDS = ['input', 'output', 'parameters', 'assignedVariables', 'cause'];

function shown(event: HistoryEvent, withPayloads: boolean): unknown {
  const details = Object.entries(event).map(([key, value]) => {
    if (withPayloads || typeof value !== 'object' || value === null) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).filter(([field]) => !PAYLOAD_FIELDS.includes(field)))];
  });
  return { ...Object.fromEntries(details), timestamp: seconds(event.timestamp) };
}
