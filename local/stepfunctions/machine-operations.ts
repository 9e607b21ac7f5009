import { ACCOUNT, REGION, type Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { arn, type Input, onlyKnown, optionalText, page, seconds, text, validName } from './api-input.ts';
import { keepDefinition } from './executions.ts';
import type { MachineRow, Store } from './store.ts';
import type { ValidateDefinition } from './validate-definition.ts';

type Operation = (input: Input) => unknown;

/** The operations on state machines (Step Functions API reference); versions and aliases are not implemented. */
export function machineOperations(
  store: Store,
  timers: Timers,
  validate: ValidateDefinition,
): Record<string, Operation> {
  const valid = (definition: string): string => {
    const faults = validate(definition);
    if (faults.length === 0) return definition;
    const listed = faults.slice(0, 10).map(({ location, message }) => `${message} at ${location}`);
    throw new ServiceError('InvalidDefinition', `Invalid State Machine Definition: ${listed.join('; ')}`);
  };

  function create(input: Input): unknown {
    onlyKnown(input, ['name', 'definition', 'roleArn', 'type']);
    if (!['STANDARD', undefined].includes(input['type'] as string))
      throw new ServiceError('StateMachineTypeNotSupported', 'Only STANDARD is implemented by the embedded cloud');
    const name = validName(text(input, 'name'));
    const row: MachineRow = {
      arn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
      name,
      definition: valid(text(input, 'definition')),
      role: text(input, 'roleArn'),
      created: timers.now(),
      revision: crypto.randomUUID(),
    };
    const known = store.one<MachineRow>('SELECT * FROM machines WHERE arn = ?', row.arn);
    if (known && (known.definition !== row.definition || known.role !== row.role)) {
      throw new ServiceError(
        'StateMachineAlreadyExists',
        'A state machine of this name exists with another definition or role',
      );
    }
    if (!known) store.insert('machines', row);
    return { stateMachineArn: row.arn, creationDate: seconds((known ?? row).created) };
  }

  function update(input: Input): unknown {
    onlyKnown(input, ['stateMachineArn', 'definition', 'roleArn']);
    const known = findMachine(store, input);
    const definition = optionalText(input, 'definition');
    const role = optionalText(input, 'roleArn');
    if (definition === undefined && role === undefined)
      throw new ServiceError('MissingRequiredParameter', 'The definition or the role must be given');
    const revision = crypto.randomUUID();
    const sql = 'UPDATE machines SET definition = ?, role = ?, revision = ? WHERE arn = ?';
    store.run(
      sql,
      definition === undefined ? known.definition : valid(definition),
      role ?? known.role,
      revision,
      known.arn,
    );
    return { updateDate: seconds(timers.now()), revisionId: revision };
  }

  return {
    CreateStateMachine: create,
    UpdateStateMachine: update,
    DescribeStateMachine: (input) => {
      onlyKnown(input, ['stateMachineArn', 'includedData']);
      return described(findMachine(store, input));
    },
    ListStateMachines: (input) => listMachines(store, input),
    // Executions that run go on: each is bound to the definition that it started with.
    DeleteStateMachine: (input) => {
      onlyKnown(input, ['stateMachineArn']);
      store.run('DELETE FROM machines WHERE arn = ?', arn(input, 'stateMachineArn', 'stateMachine'));
      return {};
    },
    ValidateStateMachineDefinition: (input) => validation(input, validate),
  };
}

export function findMachine(store: Store, input: Input): MachineRow {
  const row = store.one<MachineRow>(
    'SELECT * FROM machines WHERE arn = ?',
    arn(input, 'stateMachineArn', 'stateMachine'),
  );
  if (row) return row;
  throw new ServiceError('StateMachineDoesNotExist', 'The state machine does not exist');
}

function described(row: MachineRow): unknown {
  return {
    stateMachineArn: row.arn,
    name: row.name,
    status: 'ACTIVE',
    definition: row.definition,
    roleArn: row.role,
    type: 'STANDARD',
    creationDate: seconds(row.created),
    revisionId: row.revision,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

function listMachines(store: Store, input: Input): unknown {
  onlyKnown(input, ['maxResults', 'nextToken']);
  const sql = 'SELECT rowid AS place, * FROM machines WHERE rowid > ? ORDER BY rowid LIMIT ?';
  const { rows, ...rest } = page(input, (after, count) =>
    store.all<MachineRow & { place: number }>(sql, after ?? 0, count),
  );
  const stateMachines = rows.map((row) => ({
    stateMachineArn: row.arn,
    name: row.name,
    type: 'STANDARD',
    creationDate: seconds(row.created),
  }));
  return { stateMachines, ...rest };
}

function validation(input: Input, validate: ValidateDefinition): unknown {
  onlyKnown(input, ['definition', 'type', 'severity', 'maxResults']);
  const faults = validate(text(input, 'definition'));
  const most = Number(input['maxResults'] ?? 0) || 100;
  const diagnostics = faults
    .slice(0, most)
    .map(({ location, message }) => ({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location }));
  return { result: faults.length === 0 ? 'OK' : 'FAIL', diagnostics, truncated: faults.length > most };
}

/** The definition of a machine as its executions keep it. */
export const pinDefinition = (store: Store, machine: MachineRow): string => keepDefinition(store, machine.definition);
