import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LaterInvocations } from '../../../../local/lambda/later-invocations.ts';
import type { Outcome } from '../../../../local/lambda/worker-messages.ts';
import type { CloudContext } from '../../../../local/service.ts';

let directory: string;
let now: number;
let timers: { at: number; run: () => void }[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-later-'));
  now = 1_000_000;
  timers = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function context(): CloudContext {
  const after = (delayMs: number, run: () => void) => {
    const timer = { at: now + delayMs, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  return { directory, timers: { now: () => now, after }, endpoint: () => '', publish: () => {} };
}

async function advance(milliseconds: number): Promise<void> {
  now += milliseconds;
  const due = timers.filter(({ at }) => at <= now);
  timers = timers.filter(({ at }) => at > now);
  for (const { run } of due) run();
  await new Promise((resolve) => setImmediate(resolve));
}

const failure: Outcome = { failure: { errorType: 'Busy', errorMessage: '' } };

it('tries a failing event again after one and after two minutes, then lets it go', async () => {
  const calls: number[] = [];
  const later = new LaterInvocations(context(), async () => {
    calls.push(now - 1_000_000);
    return failure;
  });
  later.add('Sweep', '{}');
  for (let minute = 0; minute <= 5; minute += 1) await advance(minute === 0 ? 0 : 60_000);
  expect(calls).toEqual([0, 60_000, 180_000]);
  expect(timers).toEqual([]);
  later.stop();
});

it('takes up what waited when the process ended', async () => {
  const first = new LaterInvocations(context(), async () => failure);
  first.add('Sweep', '{"a":1}');
  await advance(0);
  first.stop();
  const seen: string[] = [];
  const second = new LaterInvocations(context(), async (name, event) => {
    seen.push(`${name} ${event}`);
    return { result: 'null' };
  });
  second.resume();
  await advance(60_000);
  expect(seen).toEqual(['Sweep {"a":1}']);
  second.resume();
  expect(timers).toEqual([]);
  second.stop();
});
