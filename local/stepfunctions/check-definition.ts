import {
  checkAssign,
  checkKeys,
  checkPlainField,
  checkTemplate,
  type DefinitionFault,
  isObject,
  type Report,
} from './check-field.ts';
import { checkCatchers, checkChoices, checkReader, checkRetriers, checkWriter } from './check-parts.ts';
import {
  BRANCH_FIELDS,
  DISTRIBUTED_FIELDS,
  type FieldKind,
  MACHINE_FIELDS,
  REQUIRED_FIELDS,
  STATE_FIELDS,
} from './definition-fields.ts';
import { type Expressions, expressionText } from './expressions.ts';

export interface DefinitionChecks {
  readonly expressions: Expressions;
  /** What is wrong with a task's resource and its literal arguments; empty when it can be run. */
  readonly resource: (resource: string, argument: unknown) => readonly string[];
}

/** Where a scope stands: variables of outer scopes cannot be assigned inside (developer guide, "workflow-variables"). */
interface ScopePlace {
  readonly at: string;
  readonly outer: ReadonlySet<string>;
}

/**
 * Every fault of a definition, each with its place. What the embedded cloud does not run is a fault here, so that
 * nothing is skipped when the machine runs.
 */
export function checkDefinition(definition: unknown, checks: DefinitionChecks): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const report: Report = (location, message) => void faults.push({ location, message });
  if (!isObject(definition)) return [{ location: '/', message: 'must be an object' }];
  if (definition['QueryLanguage'] !== 'JSONata')
    report('/QueryLanguage', 'must be "JSONata"; JSONPath is not implemented by the embedded cloud');
  checkKeys(definition, MACHINE_FIELDS, '', report);
  if (definition['TimeoutSeconds'] !== undefined)
    checkPlainField('positive', definition['TimeoutSeconds'], '/TimeoutSeconds', report);
  if (expressionText(definition['TimeoutSeconds']) !== undefined) report('/TimeoutSeconds', 'must be a number');
  checkScope(definition, { at: '', outer: new Set() }, checks, report);
  return faults;
}

function checkScope(
  machine: Record<string, unknown>,
  place: ScopePlace,
  checks: DefinitionChecks,
  report: Report,
): void {
  const states = machine['States'];
  if (!isObject(states) || Object.keys(states).length === 0) {
    report(`${place.at}/States`, 'must hold at least one state');
    return;
  }
  if (!Object.hasOwn(states, String(machine['StartAt'])))
    report(`${place.at}/StartAt`, 'names a state that does not exist');
  const inner = { at: place.at, outer: new Set([...place.outer, ...variablesOf(states)]) };
  for (const [name, state] of Object.entries(states)) {
    const at = `${place.at}/States/${name}`;
    if (name.length > 80) report(at, 'the name of a state has at most 80 characters');
    if (isObject(state)) checkState(state, at, { states, place, inner, checks, report });
    else report(at, 'must be an object');
  }
}

interface StateContext {
  readonly states: Record<string, unknown>;
  readonly place: ScopePlace;
  readonly inner: ScopePlace;
  readonly checks: DefinitionChecks;
  readonly report: Report;
}

function checkState(state: Record<string, unknown>, at: string, context: StateContext): void {
  const { report, checks } = context;
  const type = String(state['Type']);
  const fields = Object.hasOwn(STATE_FIELDS, type) ? STATE_FIELDS[type] : undefined;
  if (!fields) {
    report(`${at}/Type`, `the state type is unknown`);
    return;
  }
  checkKeys(state, Object.keys(fields), at, report);
  for (const required of REQUIRED_FIELDS[type] ?? [])
    if (state[required] === undefined) report(`${at}/${required}`, 'is missing');
  checkMoves(state, type, at, report);
  for (const [name, kind] of Object.entries(fields))
    if (state[name] !== undefined) checkField(kind, state, name, at, context);
  if (type === 'Task')
    for (const fault of checks.resource(String(state['Resource']), state['Arguments'])) report(`${at}/Resource`, fault);
  if (type === 'Map') checkMap(state, at, context);
}

function checkMoves(state: Record<string, unknown>, type: string, at: string, report: Report): void {
  const ends = ['Succeed', 'Fail', 'Choice'].includes(type);
  if (!ends && (state['Next'] === undefined) === (state['End'] === undefined))
    report(at, 'must have either Next or End');
  if (type === 'Wait' && (state['Seconds'] === undefined) === (state['Timestamp'] === undefined))
    report(at, 'must have either Seconds or Timestamp');
}

function checkField(
  kind: FieldKind,
  state: Record<string, unknown>,
  name: string,
  at: string,
  context: StateContext,
): void {
  const { report, states, inner, place, checks } = context;
  const value = state[name];
  const here = `${at}/${name}`;
  const withResult = { result: ['Task', 'Map', 'Parallel'].includes(String(state['Type'])), errorOutput: false };
  const scoped = { expressions: checks.expressions, outer: place.outer, states, report };
  checkPlainField(kind, value, here, report);
  if (kind === 'next' && !Object.hasOwn(states, String(value))) report(here, 'names a state that does not exist');
  if (kind === 'assign') checkAssign(value, here, place.outer, report);
  if (kind === 'retry') checkRetriers(value, here, report);
  else if (kind === 'catch') checkCatchers(value, here, scoped);
  else if (kind === 'choices') checkChoices(value, here, scoped);
  else if (kind === 'branches') checkBranches(value, here, inner, context);
  else if (kind === 'processor') checkProcessor(value, here, context);
  else {
    const outputs = name === 'Output' || name === 'Assign';
    checkTemplate(
      value,
      here,
      outputs ? withResult : { result: false, errorOutput: false },
      checks.expressions,
      report,
    );
  }
}

function checkBranches(value: unknown, at: string, inner: ScopePlace, { checks, report }: StateContext): void {
  if (!Array.isArray(value) || value.length === 0) report(at, 'must be a list of branches');
  for (const [index, branch] of (Array.isArray(value) ? value : []).entries()) {
    const here = `${at}/${index}`;
    if (!isObject(branch)) report(here, 'must be an object');
    else {
      checkKeys(branch, BRANCH_FIELDS, here, report);
      checkScope(branch, { at: here, outer: inner.outer }, checks, report);
    }
  }
}

function checkProcessor(value: unknown, at: string, { inner, checks, report }: StateContext): void {
  if (!isObject(value)) {
    report(at, 'must be an object');
    return;
  }
  checkKeys(value, [...BRANCH_FIELDS, 'ProcessorConfig'], at, report);
  const config = isObject(value['ProcessorConfig']) ? value['ProcessorConfig'] : {};
  checkKeys(config, ['Mode', 'ExecutionType'], `${at}/ProcessorConfig`, report);
  if (!['INLINE', 'DISTRIBUTED', undefined].includes(config['Mode'] as string))
    report(`${at}/ProcessorConfig/Mode`, 'must be INLINE or DISTRIBUTED');
  const distributed = config['Mode'] === 'DISTRIBUTED';
  if (distributed !== (config['ExecutionType'] === 'STANDARD')) {
    report(
      `${at}/ProcessorConfig/ExecutionType`,
      'must be STANDARD for DISTRIBUTED (EXPRESS is not implemented) and absent for INLINE',
    );
  }
  // The children of a Distributed Map cannot see outer variables, so the names are free in there.
  checkScope(value, { at, outer: distributed ? new Set() : inner.outer }, checks, report);
}

function checkMap(state: Record<string, unknown>, at: string, { report }: StateContext): void {
  const processor = isObject(state['ItemProcessor']) ? state['ItemProcessor'] : {};
  const config = isObject(processor['ProcessorConfig']) ? processor['ProcessorConfig'] : {};
  if (config['Mode'] !== 'DISTRIBUTED') {
    for (const field of DISTRIBUTED_FIELDS)
      if (state[field] !== undefined) report(`${at}/${field}`, 'needs a DISTRIBUTED ItemProcessor');
  }
  if (state['Items'] !== undefined && state['ItemReader'] !== undefined)
    report(at, 'must not have both Items and ItemReader');
  checkReader(state['ItemReader'], `${at}/ItemReader`, report);
  checkWriter(state['ResultWriter'], `${at}/ResultWriter`, report);
  const batcher = state['ItemBatcher'];
  if (!isObject(batcher)) return;
  const here = `${at}/ItemBatcher`;
  checkKeys(batcher, ['BatchInput', 'MaxItemsPerBatch', 'MaxInputBytesPerBatch'], here, report);
  const limits = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'].filter((name) => batcher[name] !== undefined);
  if (limits.length === 0) report(here, 'must have MaxItemsPerBatch or MaxInputBytesPerBatch');
  for (const name of limits) checkPlainField('positive', batcher[name], `${here}/${name}`, report);
}

function variablesOf(states: Record<string, unknown>): string[] {
  const assigns = (part: unknown): string[] =>
    isObject(part) && isObject(part['Assign']) ? Object.keys(part['Assign']) : [];
  const listed = (part: unknown): string[] => (Array.isArray(part) ? part.flatMap(assigns) : []);
  return Object.values(states).flatMap((state) =>
    isObject(state) ? [...assigns(state), ...listed(state['Catch']), ...listed(state['Choices'])] : [],
  );
}
