import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RejectError, RetryError } from '../../../core/errors.ts';
import { reasons } from '../../../core/reasons.ts';
import { topology } from '../../../infra/topology.ts';

type Handled = { ErrorEquals: string[] };
interface State {
  Type: string;
  Resource?: string;
  Arguments?: { FunctionName?: string };
  Retry?: Handled[];
  Catch?: Handled[];
  ItemProcessor?: { States: Record<string, State> };
}

const machines = Object.values(topology.stateMachines).map(
  ({ file }) => JSON.parse(readFileSync(file, 'utf8')) as { States: Record<string, State> },
);
const states = machines.flatMap(({ States }) => allStates(States));

function allStates(of: Record<string, State>): [string, State][] {
  return Object.entries(of).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor.States) : []),
  ]);
}

const tasks = states.filter(([, { Resource }]) => Resource === 'arn:aws:states:::lambda:invoke');
const errorsOf = (disposition: string) =>
  new Set(
    Object.values(reasons)
      .filter((reason) => reason.disposition === disposition)
      .map(({ error }) => error),
  );
const AWS = /^(States|Lambda|Sandbox|Runtime|HealthLake|Sfn)\./;

describe('the closed list of reasons and the state machines', () => {
  it('finds states at all', () => {
    expect(tasks.length).toBeGreaterThan(10);
  });

  it('has a task of the same name, or of the function it calls, for every Lambda state', () => {
    for (const [name, { Arguments }] of tasks) {
      const task = /^\$\{(\w+)Function\}$/.exec(Arguments?.FunctionName ?? '')?.[1] ?? '';
      expect(Object.keys(topology.functions), name).toContain(task);
    }
  });

  it('has a state for every task but those that no state machine calls', () => {
    const called = new Set(
      tasks.map(([, { Arguments }]) => /^\$\{(\w+)Function\}$/.exec(Arguments?.FunctionName ?? '')?.[1]),
    );
    expect(Object.keys(topology.functions).filter((name) => !called.has(name))).toEqual(['Admit', 'Sweep']);
  });

  it('retries exactly our retry errors and AWS errors, never States.ALL', () => {
    for (const [name, { Retry = [] }] of tasks) {
      const ours = new Set(Retry.flatMap(({ ErrorEquals }) => ErrorEquals).filter((error) => !AWS.test(error)));
      expect(ours, name).toEqual(errorsOf('retry'));
    }
    expect(states.flatMap(([, { Retry = [] }]) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals))).not.toContain(
      'States.ALL',
    );
  });

  it('catches exactly our reject errors where a drop may be refused whole', () => {
    const catching = states.filter(([name]) => name === 'Receive' || name === 'Split');
    for (const [, { Catch = [] }] of catching)
      expect(new Set(Catch.flatMap(({ ErrorEquals }) => ErrorEquals))).toEqual(errorsOf('reject'));
  });

  it('names each error class by a literal that the state machines know', () => {
    const rejected = new RejectError('FeedUnknownError', 'feed-unknown');
    expect(errorsOf('reject')).toContain(rejected.name);
    expect(errorsOf('retry')).toContain(new RetryError('LedgerBusyError').name);
  });

  it('gives every code a text for the analyst', () => {
    for (const [code, { text }] of Object.entries(reasons)) expect(text.length, code).toBeGreaterThan(20);
  });
});
