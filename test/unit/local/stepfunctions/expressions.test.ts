import { readFileSync } from 'node:fs';
import jsonata from 'jsonata';
import jsonataAws from 'jsonata-aws';
import { describe, expect, it } from 'vitest';
import { createExpressions, type JsonataEngine } from '../../../../local/stepfunctions/expressions.ts';

interface Case {
  readonly expression: string;
  readonly result?: unknown;
  readonly error?: string;
}

const cases = JSON.parse(readFileSync(new URL('./expression-cases.json', import.meta.url), 'utf8')) as Case[];
const engines: readonly (readonly [string, JsonataEngine])[] = [
  ['2.2.2, which the embedded cloud runs', jsonata],
  ['2.0.6, which AWS names', jsonataAws as unknown as JsonataEngine],
];
const sources = { now: () => Date.UTC(2026, 10, 21), random: () => 0.25 };
const bindings = { x: 3, states: { input: { n: 4, text: 'Straße', list: [{ n: 1 }, { n: 2 }, { n: 3 }] } } };

it('has cases', () => expect(cases.length).toBeGreaterThan(50));

describe.each(engines)('JSONata %s', (_, engine) => {
  const expressions = createExpressions(engine, sources);
  it.each(cases)('$expression', async ({ expression, result, error }) => {
    const evaluated = expressions.evaluate(`{%${expression}%}`, bindings, 'Output');
    if (error !== undefined) await expect(evaluated).rejects.toMatchObject({ error, location: 'Output' });
    else expect(await evaluated).toEqual(result);
  });
});

describe('limits', () => {
  const expressions = createExpressions(jsonata, sources);

  it('stops an endless recursion', async () => {
    await expect(
      expressions.evaluate('{% ($f := function($n){ 1 + $f($n) }; $f(1)) %}', {}, 'Output'),
    ).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('evaluates every string of a template, and leaves other strings alone', async () => {
    const template = { a: ['{% $x %}', ' {% $x %}', 'x'], b: { c: true } };
    expect(await expressions.evaluate(template, { x: 1 }, 'Output')).toEqual({
      a: [1, ' {% $x %}', 'x'],
      b: { c: true },
    });
  });

  it('names the place of a failure inside a template, and no value', async () => {
    const failure = expressions.evaluate({ a: [{ b: '{% $secret + 1 %}' }] }, { secret: 'MRN-4711' }, 'Arguments');
    await expect(failure).rejects.toMatchObject({
      location: 'Arguments/a[0]/b',
      causeText: expect.not.stringContaining('MRN-4711'),
    });
  });
});
