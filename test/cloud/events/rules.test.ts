import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRig, unique } from './rig.ts';

describe('EventBridge buses and rules', () => {
  let rig: Awaited<ReturnType<typeof openRig>>;

  beforeAll(async () => {
    rig = await openRig();
  });
  afterAll(() => rig.close());

  test('a created bus is described and listed, and goes when it is deleted', async () => {
    const Name = unique();
    const { EventBusArn } = await rig.events.send(new CreateEventBusCommand({ Name }));
    expect(EventBusArn).toMatch(new RegExp(`^arn:aws:events:[a-z0-9-]+:\\d{12}:event-bus/${Name}$`));
    expect(await rig.events.send(new DescribeEventBusCommand({ Name }))).toMatchObject({ Name, Arn: EventBusArn });
    const { EventBuses } = await rig.events.send(new ListEventBusesCommand({ NamePrefix: Name }));
    expect(EventBuses?.map((bus) => bus.Name)).toEqual([Name]);
    await rig.events.send(new DeleteEventBusCommand({ Name }));
    await expect(rig.events.send(new DescribeEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('the default bus is always there', async () => {
    expect((await rig.events.send(new DescribeEventBusCommand({}))).Name).toBe('default');
  });

  test('a bus of the same name is refused', async () => {
    const Name = unique();
    await rig.events.send(new CreateEventBusCommand({ Name }));
    await expect(rig.events.send(new CreateEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await rig.events.send(new DeleteEventBusCommand({ Name }));
  });

  test('a rule is described as it was put, switched off and on, and listed', async () => {
    const Name = unique();
    const EventPattern = JSON.stringify({ source: [Name] });
    const { RuleArn } = await rig.events.send(new PutRuleCommand({ Name, EventPattern, Description: 'words' }));
    expect(await rig.events.send(new DescribeRuleCommand({ Name }))).toMatchObject({
      Name,
      Arn: RuleArn,
      EventPattern,
      Description: 'words',
      State: 'ENABLED',
    });
    await rig.events.send(new DisableRuleCommand({ Name }));
    expect((await rig.events.send(new DescribeRuleCommand({ Name }))).State).toBe('DISABLED');
    await rig.events.send(new EnableRuleCommand({ Name }));
    const { Rules } = await rig.events.send(new ListRulesCommand({ NamePrefix: Name }));
    expect(Rules).toMatchObject([{ Name, State: 'ENABLED' }]);
    await rig.events.send(new DeleteRuleCommand({ Name }));
    await expect(rig.events.send(new DescribeRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('a rule on its own bus carries the bus in its ARN', async () => {
    const bus = unique();
    await rig.events.send(new CreateEventBusCommand({ Name: bus }));
    const { RuleArn } = await rig.events.send(
      new PutRuleCommand({ Name: 'own', EventBusName: bus, EventPattern: '{"source":["x"]}' }),
    );
    expect(RuleArn).toMatch(new RegExp(`:rule/${bus}/own$`));
    await rig.events.send(new DeleteRuleCommand({ Name: 'own', EventBusName: bus }));
    await rig.events.send(new DeleteEventBusCommand({ Name: bus }));
  });

  test('targets are listed as they were put, and a rule that has some cannot be deleted', async () => {
    const { Name, queue } = await rig.ruleToQueue({}, { Input: '{"fixed":true}' });
    const { Targets } = await rig.events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    expect(Targets).toEqual([{ Id: 'queue', Arn: queue.arn, Input: '{"fixed":true}' }]);
    await expect(rig.events.send(new DeleteRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const removed = await rig.events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['queue'] }));
    expect(removed.FailedEntryCount).toBe(0);
    await rig.events.send(new DeleteRuleCommand({ Name }));
  });

  test('targets of a rule that is not there are refused', async () => {
    const Targets = [{ Id: 'queue', Arn: (await rig.createQueue()).arn }];
    await expect(rig.events.send(new PutTargetsCommand({ Rule: unique(), Targets }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('a rule without pattern and schedule is refused', async () => {
    await expect(rig.events.send(new PutRuleCommand({ Name: unique() }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('a pattern that is no JSON is refused', async () => {
    const put = rig.events.send(new PutRuleCommand({ Name: unique(), EventPattern: '{"source":' }));
    await expect(put).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  });

  test('a schedule is kept with its rule', async () => {
    const Name = unique();
    await rig.events.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(5 minutes)', State: 'DISABLED' }));
    expect(await rig.events.send(new DescribeRuleCommand({ Name }))).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'DISABLED',
    });
    await rig.events.send(new DeleteRuleCommand({ Name }));
  });
});
