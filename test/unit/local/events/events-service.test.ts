import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventTargets } from '../../../../local/events/delivery.ts';
import { createEventsService } from '../../../../local/events/events-service.ts';
import { type RunningServer, startServer } from '../../../../local/server.ts';
import { ServiceError } from '../../../../local/wire.ts';
import { manualTimers } from './manual-timers.ts';

const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;

describe('the bus of the embedded cloud', () => {
  let directory: string;
  let timers: ReturnType<typeof manualTimers>;
  let server: RunningServer;
  let client: EventBridgeClient;
  let sent: { readonly arn: string; readonly body: string; readonly attributes: unknown }[];
  let invoked: unknown[];
  let refusal: Error | undefined;
  let dropped: string[];

  const targets: EventTargets = {
    queue(queueArn, body, attributes) {
      if (refusal && queueArn !== arn('dead')) throw refusal;
      sent.push({ arn: queueArn, body, attributes });
    },
    async lambda(_arn, event) {
      if (refusal) throw refusal;
      invoked.push(event);
    },
    dropped: (_ruleArn, _targetArn, code) => dropped.push(code),
  };
  const open = async (): Promise<void> => {
    server = await startServer({
      directory,
      port: 0,
      timers,
      services: (context) => [createEventsService(context, targets)],
    });
    client = new EventBridgeClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  const rule = async (more: object, target: Partial<Target> = {}): Promise<void> => {
    await client.send(new PutRuleCommand({ Name: 'rule', ...more }));
    await client.send(new PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: 'one', Arn: arn('queue'), ...target }] }));
  };
  const put = () =>
    client.send(
      new PutEventsCommand({ Entries: [{ Source: 'engine', DetailType: 'Test', Detail: '{"secret":"MIDDLETON"}' }] }),
    );

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tributary-events-'));
    timers = manualTimers();
    sent = [];
    invoked = [];
    dropped = [];
    refusal = undefined;
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('an event that was accepted before a stop is delivered after it', async () => {
    await rule({ EventPattern: '{"source":["engine"]}' });
    await put();
    expect(sent).toEqual([]);
    await close();
    await open();
    await timers.advance(1);
    expect(sent.map(({ body }) => JSON.parse(body).detail)).toEqual([{ secret: 'MIDDLETON' }]);
  });

  test('an event of an AWS service reaches a function as an object', async () => {
    await rule(
      { EventPattern: '{"source":["aws.s3"]}' },
      { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:Sweep' },
    );
    server.context.publish({ source: 'aws.s3', 'detail-type': 'Object Created', resources: [], detail: { size: 1 } });
    await timers.advance(1);
    expect(invoked).toMatchObject([{ version: '0', account: '000000000000', source: 'aws.s3', detail: { size: 1 } }]);
  });

  test('a rule that is off hears nothing', async () => {
    await rule({ EventPattern: '{"source":["engine"]}', State: 'DISABLED' });
    await put();
    await timers.advance(1000);
    expect(sent).toEqual([]);
  });

  test('a target that fails is tried again, ever later', async () => {
    await rule({ EventPattern: '{"source":["engine"]}' });
    refusal = new ServiceError('TooManyRequestsException', 'busy');
    await put();
    await timers.advance(6500);
    expect(sent).toEqual([]);
    refusal = undefined;
    await timers.advance(400);
    expect(sent).toEqual([]);
    await timers.advance(100);
    expect(sent).toHaveLength(1);
  });

  test('an event that outlives its attempts goes to the dead-letter queue, with why in its attributes', async () => {
    await rule(
      { EventPattern: '{"source":["engine"]}' },
      { DeadLetterConfig: { Arn: arn('dead') }, RetryPolicy: { MaximumRetryAttempts: 2 } },
    );
    refusal = new ServiceError('TooManyRequestsException', 'busy with MIDDLETON');
    await put();
    await timers.advance(10_000);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ source: 'engine' });
    expect(sent[0]?.attributes).toMatchObject({
      RULE_ARN: { StringValue: 'arn:aws:events:us-east-1:000000000000:rule/rule' },
      TARGET_ARN: { StringValue: arn('queue') },
      ERROR_CODE: { StringValue: 'ERROR_FROM_TARGET' },
      RETRY_ATTEMPTS: { StringValue: '2' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
    });
    expect(JSON.stringify(sent[0]?.attributes)).not.toContain('MIDDLETON');
  });

  test('an event that outlives its age goes to the dead-letter queue', async () => {
    await rule(
      { EventPattern: '{"source":["engine"]}' },
      { DeadLetterConfig: { Arn: arn('dead') }, RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
    );
    refusal = new ServiceError('TooManyRequestsException', 'busy');
    await put();
    await timers.advance(180_000);
    expect(sent).toMatchObject([
      { arn: arn('dead'), attributes: { EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' } } },
    ]);
  });

  test('a target that is not there is not tried again, and without a dead-letter queue the event is told as dropped', async () => {
    await rule({ EventPattern: '{"source":["engine"]}' });
    refusal = new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', 'gone');
    await put();
    await timers.advance(1);
    expect(dropped).toEqual(['NO_RESOURCE']);
    refusal = undefined;
    await timers.advance(100_000);
    expect(sent).toEqual([]);
  });

  test('a schedule fires at its rate, and once for the time when the cloud was down', async () => {
    await rule({ ScheduleExpression: 'rate(5 minutes)' });
    await timers.advance(4 * 60_000);
    expect(sent).toHaveLength(0);
    await timers.advance(6 * 60_000 + 10);
    expect(sent.map(({ body }) => JSON.parse(body))).toMatchObject([
      { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, time: '2026-01-01T00:05:00Z' },
      { time: '2026-01-01T00:10:00Z', resources: ['arn:aws:events:us-east-1:000000000000:rule/rule'] },
    ]);
    await close();
    await timers.advance(22 * 60_000);
    await open();
    await timers.advance(10);
    expect(sent).toHaveLength(3);
    await timers.advance(3 * 60_000);
    expect(sent.map(({ body }) => JSON.parse(body).time)).toEqual([
      '2026-01-01T00:05:00Z',
      '2026-01-01T00:10:00Z',
      '2026-01-01T00:32:00Z',
      '2026-01-01T00:35:00Z',
    ]);
  });

  test.each([
    ['a cron schedule', { ScheduleExpression: 'cron(0 12 * * ? *)' }, 'ValidationException'],
    ['a rate of none', { ScheduleExpression: 'rate(0 minutes)' }, 'ValidationException'],
    ['a plural for one', { ScheduleExpression: 'rate(1 minutes)' }, 'ValidationException'],
    [
      'a state that is not served',
      { EventPattern: '{"source":["x"]}', State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' as const },
      'ValidationException',
    ],
    ['an unknown operator', { EventPattern: '{"source":[{"contains":"x"}]}' }, 'InvalidEventPatternException'],
  ])('%s is refused', async (_what, more, name) => {
    await expect(client.send(new PutRuleCommand({ Name: 'rule', ...more }))).rejects.toMatchObject({ name });
  });

  test('a target of a kind that is not served is refused', async () => {
    await client.send(new PutRuleCommand({ Name: 'rule', EventPattern: '{"source":["x"]}' }));
    for (const target of [
      { Arn: 'arn:aws:sns:us-east-1:000000000000:topic' },
      { Arn: arn('queue'), SqsParameters: { MessageGroupId: 'g' } },
    ]) {
      await expect(
        client.send(new PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: 'one', ...target }] })),
      ).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });

  test('an event of an AWS service cannot be put by a client', async () => {
    const Entries = [{ Source: 'aws.s3', DetailType: 'Object Created', Detail: '{}' }];
    expect((await client.send(new PutEventsCommand({ Entries }))).Entries).toMatchObject([
      { ErrorCode: 'NotAuthorizedForSourceException' },
    ]);
  });

  test('entries over 1 MB together are refused', async () => {
    const Entries = [1, 2].map(() => ({
      Source: 'engine',
      DetailType: 'Test',
      Detail: JSON.stringify({ x: 'x'.repeat(600_000) }),
    }));
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('an entry for a bus that is not there gets an id and goes nowhere', async () => {
    const Entries = [{ Source: 'engine', DetailType: 'Test', Detail: '{}', EventBusName: 'absent' }];
    const answer = await client.send(new PutEventsCommand({ Entries }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  });

  test('a pattern is tried on an event without any rule', async () => {
    const head = { id: '1', account: '000000000000', time: '2026-01-01T00:00:00Z', region: 'us-east-1', resources: [] };
    const Event = JSON.stringify({ ...head, source: 'engine', 'detail-type': 'Test', detail: { n: 1 } });
    const tried = (EventPattern: string, event = Event) =>
      client.send(new TestEventPatternCommand({ EventPattern, Event: event }));
    expect((await tried('{"detail":{"n":[1]}}')).Result).toBe(true);
    expect((await tried('{"detail":{"n":["1"]}}')).Result).toBe(false);
    await expect(tried('{"detail":{"n":[{"near":1}]}}')).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    });
    await expect(tried('{"source":["x"]}', '{"source":"x"}')).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
