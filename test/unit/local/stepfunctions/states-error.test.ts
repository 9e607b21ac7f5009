import { describe, expect, it } from 'vitest';
import { matchesError, retryDelay } from '../../../../local/stepfunctions/states-error.ts';

describe('ErrorEquals', () => {
  it.each([
    ['States.ALL', 'Anything', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.TaskFailed', 'HealthLake.ThrottlingException', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.Timeout', 'States.Timeout', true],
    ['Other', 'Anything', false],
  ])('%s and %s: %s', (name, error, expected) => {
    expect(matchesError([name], error)).toBe(expected);
  });
});

describe('delay of a retry', () => {
  const delays = (retrier: object, random = 1): (number | undefined)[] =>
    [0, 1, 2, 3, 4].map((used) => retryDelay({ ErrorEquals: [], ...retrier }, used, () => random));

  it('is 1, 2 and 4 seconds by default, then nothing', () => {
    expect(delays({})).toEqual([1000, 2000, 4000, undefined, undefined]);
  });

  it('stays below MaxDelaySeconds', () => {
    expect(delays({ IntervalSeconds: 3, MaxAttempts: 4, BackoffRate: 3, MaxDelaySeconds: 20 })).toEqual([
      3000,
      9000,
      20_000,
      20_000,
      undefined,
    ]);
  });

  it('is drawn from zero to the full delay with jitter', () => {
    expect(delays({ JitterStrategy: 'FULL' }, 0.5)).toEqual([500, 1000, 2000, undefined, undefined]);
  });

  it('is none at all with MaxAttempts 0', () => {
    expect(delays({ MaxAttempts: 0 })).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
