import { readdirSync, readFileSync } from 'node:fs';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { createExpressions } from '../../../../local/stepfunctions/expressions.ts';
import { createIntegrations } from '../../../../local/stepfunctions/integrations.ts';
import { createValidation } from '../../../../local/stepfunctions/validate-definition.ts';

const { check } = createIntegrations(() => 'http://127.0.0.1:1');
const expressions = createExpressions(jsonata, { now: () => 0, random: () => 0 });
const validate = createValidation({ expressions, resource: check });
const faultsOf = (definition: unknown): string[] =>
  validate(JSON.stringify(definition)).map(({ location, message }) => `${location}: ${message}`);

const LAMBDA = 'arn:aws:states:::lambda:invoke';
const machine = (A: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'A',
  States: { A, Z: { Type: 'Succeed' } },
  ...more,
});
const task = (more: object) =>
  machine({ Type: 'Task', Resource: LAMBDA, Arguments: { FunctionName: 'F' }, Next: 'Z', ...more });
const map = (more: object, config: object = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }) =>
  machine({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: config, StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    Next: 'Z',
    ...more,
  });

/** What is refused, and where. */
const REFUSED: readonly (readonly [title: string, definition: unknown, place: string])[] = [
  ['a machine without JSONata', { StartAt: 'Z', States: { Z: { Type: 'Succeed' } } }, '/QueryLanguage'],
  ['a JSONPath state', task({ QueryLanguage: 'JSONPath' }), '/States/A/QueryLanguage'],
  ['an unknown field of the machine', machine({ Type: 'Pass', Next: 'Z' }, { Foo: 1 }), '/Foo'],
  ['an unknown state type', machine({ Type: 'Dance', Next: 'Z' }), '/States/A/Type'],
  ['an unknown field of a state', task({ Speed: 3 }), '/States/A/Speed'],
  ['a JSONPath field of a state', task({ ResultPath: '$.a' }), '/States/A/ResultPath'],
  [
    'a JSONPath field in Arguments',
    task({ Arguments: { 'FunctionName.$': '$.f' } }),
    '/States/A/Arguments/FunctionName.$',
  ],
  ['Credentials', task({ Credentials: { RoleArn: 'x' } }), '/States/A/Credentials'],
  ['a .sync integration', task({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }), '/States/A/Resource'],
  ['a task token', task({ Resource: `${LAMBDA}.waitForTaskToken` }), '/States/A/Resource'],
  [
    'a Lambda ARN as the resource',
    task({ Resource: 'arn:aws:lambda:us-east-1:000000000000:function:F' }),
    '/States/A/Resource',
  ],
  ['an unknown SDK service', task({ Resource: 'arn:aws:states:::aws-sdk:ec2:runInstances' }), '/States/A/Resource'],
  [
    'an unknown SDK action',
    task({ Resource: 'arn:aws:states:::aws-sdk:healthlake:cancelImport' }),
    '/States/A/Resource',
  ],
  ['an unknown parameter of an action', task({ Arguments: { FunctionName: 'F', Payloads: 1 } }), '/States/A/Resource'],
  [
    "a parameter that is not in Step Functions' PascalCase",
    task({ Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution', Arguments: { stateMachineArn: 'x' } }),
    '/States/A/Resource',
  ],
  ['an expression that does not parse', task({ Output: '{% $states. %}' }), '/States/A/Output'],
  ['an expression with spaces around it', task({ Output: ' {% 1 %}' }), '/States/A/Output'],
  ['$eval', task({ Output: "{% $eval('1') %}" }), '/States/A/Output'],
  ['$eval handed on', task({ Output: "{% $map(['1'], $eval) %}" }), '/States/A/Output'],
  ['an unknown function', task({ Output: '{% $shout(1) %}' }), '/States/A/Output'],
  [
    '$states.result in Arguments',
    task({ Arguments: { FunctionName: '{% $states.result %}' } }),
    '/States/A/Arguments/FunctionName',
  ],
  [
    '$states.result in a Pass state',
    machine({ Type: 'Pass', Output: '{% $states.result %}', Next: 'Z' }),
    '/States/A/Output',
  ],
  ['$states.errorOutput outside Catch', task({ Output: '{% $states.errorOutput %}' }), '/States/A/Output'],
  ['an unknown field of $states', task({ Output: '{% $states.output %}' }), '/States/A/Output'],
  ['the reserved variable', task({ Assign: { states: 1 } }), '/States/A/Assign/states'],
  ['a state that does not exist', task({ Next: 'Nowhere' }), '/States/A/Next'],
  ['neither Next nor End', machine({ Type: 'Pass' }), '/States/A'],
  [
    'both Seconds and Timestamp',
    machine({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', Next: 'Z' }),
    '/States/A',
  ],
  ['a negative wait', machine({ Type: 'Wait', Seconds: -1, Next: 'Z' }), '/States/A/Seconds'],
  [
    'States.ALL beside another name',
    task({ Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }),
    '/States/A/Retry/0/ErrorEquals',
  ],
  [
    'States.ALL before the last catcher',
    task({
      Catch: [
        { ErrorEquals: ['States.ALL'], Next: 'Z' },
        { ErrorEquals: ['X'], Next: 'Z' },
      ],
    }),
    '/States/A/Catch/0/ErrorEquals',
  ],
  [
    'an unknown field of a retrier',
    task({ Retry: [{ ErrorEquals: ['X'], Attempts: 1 }] }),
    '/States/A/Retry/0/Attempts',
  ],
  ['a backoff below one', task({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }), '/States/A/Retry/0/BackoffRate'],
  [
    'an unknown jitter',
    task({ Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'HALF' }] }),
    '/States/A/Retry/0/JitterStrategy',
  ],
  [
    'a choice of JSONPath',
    machine({ Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'Z' }] }),
    '/States/A/Choices/0/Variable',
  ],
  [
    'an express child',
    map({}, { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }),
    '/States/A/ItemProcessor/ProcessorConfig/ExecutionType',
  ],
  [
    'a reader of CSV',
    map({
      ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' }, Arguments: {} },
    }),
    '/States/A/ItemReader/ReaderConfig/InputType',
  ],
  [
    'a reader of listings',
    map({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', ReaderConfig: { InputType: 'JSON' } } }),
    '/States/A/ItemReader/Resource',
  ],
  [
    'a result writer of an inline Map',
    map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }, { Mode: 'INLINE' }),
    '/States/A/ResultWriter',
  ],
  ['a tolerance over 100 %', map({ ToleratedFailurePercentage: 101 }), '/States/A/ToleratedFailurePercentage'],
  ['a batcher without a limit', map({ ItemBatcher: {} }), '/States/A/ItemBatcher'],
];

describe('a definition is refused, with the place, for', () => {
  it.each(REFUSED)('%s', (_, definition, place) => {
    expect(faultsOf(definition).map((fault) => fault.split(': ')[0])).toContain(place);
  });

  it('text that is not JSON', () => {
    expect(validate('{')).toEqual([{ location: '/', message: 'the definition is not JSON' }]);
  });

  it('an inner scope that assigns an outer variable', () => {
    const inner = { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { x: 2 }, End: true } } };
    const States = {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
      B: { Type: 'Parallel', Branches: [inner], End: true },
    };
    expect(faultsOf({ QueryLanguage: 'JSONata', StartAt: 'A', States })[0]).toMatch(
      '/States/B/Branches/0/States/I/Assign/x',
    );
  });

  it('an unreachable state, found by asl-validator', () => {
    const States = { A: { Type: 'Succeed' }, B: { Type: 'Pass', End: true } };
    expect(faultsOf({ QueryLanguage: 'JSONata', StartAt: 'A', States }).join()).toMatch('asl-validator');
  });
});

describe('a definition is taken', () => {
  it('with every kind of state, and literal outputs that asl-validator would refuse', () => {
    expect(faultsOf(machine({ Type: 'Pass', Output: [1, true], Next: 'Z' }))).toEqual([]);
    expect(
      faultsOf(task({ TimeoutSeconds: '{% $states.input.t %}', Retry: [{ ErrorEquals: ['States.ALL'] }] })),
    ).toEqual([]);
    expect(faultsOf(map({ ToleratedFailurePercentage: 100, MaxConcurrency: '{% 2 %}', Label: 'Chunks' }))).toEqual([]);
  });

  const folder = new URL('../../../../state-machines/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.asl.json'));

  it('finds our state machines', () => expect(files.length).toBeGreaterThanOrEqual(3));

  it.each(files)('for our %s', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    expect(validate(text.replace(/\$\{Poll\w+\}/g, '1').replace(/\$\{(\w+)\}/g, '$1'))).toEqual([]);
  });
});
