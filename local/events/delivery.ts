import type { Timers } from '../service.ts';
import type { MessageAttributes } from '../sqs/message-digest.ts';
import { ServiceError } from '../wire.ts';
import { readJson } from './json.ts';
import type { Delivery, Outbox } from './outbox.ts';

/** Where events go. Each throws or rejects when the target does not take the event; it is then tried again. */
export interface EventTargets {
  /** Sends `body` to a queue; throws `QueueDoesNotExist` when it is not there. Also used for dead letters. */
  queue(arn: string, body: string, attributes?: MessageAttributes): unknown;
  /** Invokes a function with the event, asynchronously as EventBridge does: resolves once it is accepted. */
  lambda?(arn: string, event: unknown): Promise<unknown>;
  /** Starts an execution; `input` is JSON text. */
  stateMachine?(arn: string, input: string): Promise<unknown>;
  /** Told of an event that could go nowhere, not even to a dead-letter queue. */
  dropped?(ruleArn: string, targetArn: string, errorCode: string): void;
}

/** Codes for which EventBridge does not try again (user guide, "Retrying event delivery"). */
const MISSING = ['QueueDoesNotExist', 'ResourceNotFoundException', 'StateMachineDoesNotExist'];
const CONCURRENCY = 8;

/** Delivers what the outbox holds, with the retries that each target's policy allows. */
export function createDelivery(outbox: Outbox, targets: EventTargets, timers: Timers) {
  const running = new Map<number, Promise<void>>();
  let isOn = false;
  let cancel = (): void => {};

  const deliver = async (delivery: Delivery): Promise<void> => {
    try {
      await send(targets, delivery);
      outbox.done(delivery.id);
    } catch (error) {
      handleFailure(outbox, targets, delivery, error, timers.now());
    }
  };
  const pump = (): void => {
    cancel();
    if (!isOn) return;
    const nowMs = timers.now();
    for (const delivery of outbox.due(nowMs, CONCURRENCY + running.size)) {
      if (running.has(delivery.id) || running.size >= CONCURRENCY) continue;
      const task = deliver(delivery).finally(() => {
        running.delete(delivery.id);
        wake();
      });
      running.set(delivery.id, task);
    }
    // While something runs, its end wakes us; otherwise the next row does.
    const nextMs = running.size === 0 ? outbox.nextMs() : undefined;
    if (nextMs !== undefined) cancel = timers.after(Math.max(1, nextMs - nowMs), pump);
    else if (running.size > 0 && running.size < CONCURRENCY) cancel = timers.after(1000, pump);
  };
  const wake = (): void => {
    cancel();
    if (isOn) cancel = timers.after(0, pump);
  };
  return {
    start(): void {
      isOn = true;
      wake();
    },
    /** Says that there may be something to deliver. */
    wake,
    /** Waits for deliveries that have begun; the others stay in the outbox. */
    async stop(): Promise<void> {
      isOn = false;
      cancel();
      await Promise.all(running.values());
    },
  };
}

async function send(targets: EventTargets, { target, body }: Delivery): Promise<void> {
  const service = target.Arn.split(':')[2];
  if (service === 'sqs') await targets.queue(target.Arn, body);
  else if (service === 'lambda' && targets.lambda) await targets.lambda(target.Arn, readJson(body) ?? body);
  else if (service === 'states' && targets.stateMachine) await targets.stateMachine(target.Arn, body);
  else throw new ServiceError('ResourceNotFoundException', 'This cloud has no such target');
}

/** 1, 2, 4 ... up to 60 seconds. */
function backoffMs(retries: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(retries, 10));
}

function handleFailure(outbox: Outbox, targets: EventTargets, delivery: Delivery, error: unknown, nowMs: number): void {
  const code = error instanceof ServiceError ? (error.code.split('#').pop() ?? error.code) : 'UNKNOWN';
  const exhausted = exhaustedCondition(delivery, nowMs);
  if (!MISSING.includes(code) && exhausted === undefined) {
    outbox.postpone(delivery.id, nowMs + backoffMs(delivery.retries));
    return;
  }
  const errorCode = MISSING.includes(code) ? 'NO_RESOURCE' : 'ERROR_FROM_TARGET';
  if (!sendToDeadLetters(targets, delivery, errorCode, exhausted))
    targets.dropped?.(delivery.ruleArn, delivery.target.Arn, errorCode);
  outbox.done(delivery.id);
}

function exhaustedCondition({ target, retries, firstMs }: Delivery, nowMs: number): string | undefined {
  const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } = target.RetryPolicy ?? {};
  if (retries >= MaximumRetryAttempts) return 'MaximumRetryAttempts';
  return nowMs - firstMs >= MaximumEventAgeInSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
}

/** False when there is no dead-letter queue, or it is not there. Attributes as in the user guide, "Dead-letter queues". */
function sendToDeadLetters(
  targets: EventTargets,
  delivery: Delivery,
  errorCode: string,
  exhausted: string | undefined,
): boolean {
  const arn = delivery.target.DeadLetterConfig?.Arn;
  if (arn === undefined) return false;
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  try {
    targets.queue(arn, delivery.event, {
      RULE_ARN: text(delivery.ruleArn),
      TARGET_ARN: text(delivery.target.Arn),
      ERROR_CODE: text(errorCode),
      ERROR_MESSAGE: text(errorCode === 'NO_RESOURCE' ? 'The target does not exist.' : 'The target failed.'),
      RETRY_ATTEMPTS: text(String(delivery.retries)),
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: text(exhausted) } : {}),
    });
    return true;
  } catch {
    return false;
  }
}
