import type { Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { envelopeOf } from './envelope.ts';
import type { Outbox } from './outbox.ts';
import { type RuleStore, ruleArn } from './rule-store.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Milliseconds of a `rate(...)` expression, singular for 1 and plural otherwise (EventBridge user guide, "Rate
 * expressions"). Throws `ValidationException`, also for `cron(...)`, which is not implemented.
 */
export function parseRate(expression: string): number {
  if (/^cron\(.*\)$/s.test(expression))
    throw new ServiceError('ValidationException', 'cron expressions are not implemented by the embedded cloud.');
  const match = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/.exec(expression);
  const count = Number(match?.[1]);
  if (!match || count < 1 || (count === 1) !== (match[3] === '')) {
    throw new ServiceError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  }
  return count * (UNIT_MS[match[2] ?? ''] ?? 0);
}

/** The rules that fire by the clock. A time that passed while the cloud was down fires once when it is up again. */
export function createScheduler(rules: RuleStore, outbox: Outbox, timers: Timers, onFired: () => void) {
  let isOn = false;
  let cancel = (): void => {};

  const fireDue = (): void => {
    const nowMs = timers.now();
    for (const rule of rules.scheduledRules()) {
      if (rule.nextMs === undefined || rule.nextMs > nowMs) break;
      const rate = parseRate(rule.schedule ?? '');
      const missed = Math.floor((nowMs - rule.nextMs) / rate);
      const event = envelopeOf({
        source: 'aws.events',
        detailType: 'Scheduled Event',
        resources: [ruleArn(rule)],
        detail: {},
        timeMs: nowMs,
      });
      outbox.acceptScheduled({ ...rule, nextMs: rule.nextMs + (missed + 1) * rate }, event, nowMs);
      onFired();
    }
  };
  /** Sets the timer anew, after rules have changed. */
  const refresh = (): void => {
    cancel();
    const nextMs = isOn ? rules.scheduledRules()[0]?.nextMs : undefined;
    if (nextMs === undefined) return;
    cancel = timers.after(Math.max(0, nextMs - timers.now()), () => {
      fireDue();
      refresh();
    });
  };
  return {
    start(): void {
      isOn = true;
      refresh();
    },
    refresh,
    stop(): void {
      isOn = false;
      cancel();
    },
  };
}
