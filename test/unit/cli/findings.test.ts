import { expect, test } from 'vitest';
import { findingsOf } from '../../../cli/findings.ts';

const dead = { state: 'dead', messageType: 'ADT^A01' } as const;

test('a reason that is among the issues is told once', () => {
  const issue = { code: 'message-charset', path: 'MSH-18' } as const;
  expect(findingsOf({ ...dead, reason: 'message-charset', path: 'MSH-18', issues: [issue] })).toEqual([issue]);
  expect(findingsOf({ ...dead, reason: 'message-charset', issues: [issue] })).toEqual([issue]);
});

test('a reason at another place than an issue of its code is told beside it', () => {
  const issue = { code: 'time-unreadable', path: 'PID-7' } as const;
  const reason = { code: 'time-unreadable', path: 'MSH-7' };
  expect(findingsOf({ ...dead, reason: 'time-unreadable', path: 'MSH-7', issues: [issue] })).toEqual([issue, reason]);
});

test('an issue that stands twice is told once, and what was mapped has no reason', () => {
  const issue = { code: 'value-dropped', path: 'PID-5' } as const;
  expect(findingsOf({ ok: true, lines: [], refused: [], issues: [issue, { ...issue, detail: 'rule' }] })).toEqual([
    issue,
  ]);
});
