import { CreateEventBusCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRig, unique } from './rig.ts';

describe('EventBridge delivery to a queue', () => {
  let rig: Awaited<ReturnType<typeof openRig>>;

  beforeAll(async () => {
    rig = await openRig();
  });
  afterAll(() => rig.close());

  test('an event arrives in its envelope', async () => {
    const { source, queue } = await rig.ruleToQueue({});
    const Time = new Date('2026-03-04T05:06:07Z');
    const answer = await rig.put({
      Source: source,
      DetailType: 'Lab Result',
      Detail: '{"n":1,"deep":{"list":[1,"two",null]}}',
      Resources: ['arn:x'],
      Time,
    });
    const event = await rig.nextBody(queue);
    expect(event).toMatchObject({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Lab Result',
      source,
      time: '2026-03-04T05:06:07Z',
      region: expect.stringMatching(/^[a-z]{2}-[a-z]+-\d$/),
      resources: ['arn:x'],
      detail: { n: 1, deep: { list: [1, 'two', null] } },
    });
  });

  test.each([
    ['an exact value', { detail: { state: ['open', 'new'] } }, { state: 'new' }, { state: 'old' }],
    ['a number, which is not its text', { detail: { code: [1234] } }, { code: 1234 }, { code: '1234' }],
    ['a prefix', { detail: { key: [{ prefix: 'in/' }] } }, { key: 'in/a.hl7' }, { key: 'out/a.hl7' }],
    ['a suffix', { detail: { key: [{ suffix: '.hl7' }] } }, { key: 'a.hl7' }, { key: 'a.csv' }],
    ['a range of numbers', { detail: { size: [{ numeric: ['>', 0, '<=', 10] }] } }, { size: 10 }, { size: 11 }],
    ['anything but', { detail: { state: [{ 'anything-but': ['dead'] }] } }, { state: 'live' }, { state: 'dead' }],
    ['presence', { detail: { error: [{ exists: true }] } }, { error: 'x' }, { other: 'x' }],
    ['absence', { detail: { error: [{ exists: false }] } }, { other: 'x' }, { error: 'x' }],
    ['two fields at once', { detail: { a: ['1'], b: ['2'] } }, { a: '1', b: '2' }, { a: '1', b: '3' }],
    ['an element of an array', { detail: { tags: ['b'] } }, { tags: ['a', 'b'] }, { tags: ['a', 'c'] }],
  ])('a pattern takes %s', async (_name, pattern, wanted, unwanted) => {
    const { source, queue } = await rig.ruleToQueue(pattern);
    await rig.put({ Source: source, Detail: JSON.stringify({ ...unwanted, mark: 'unwanted' }) });
    await rig.put({ Source: source, Detail: JSON.stringify({ ...wanted, mark: 'wanted' }) });
    expect(await rig.nextBody(queue)).toMatchObject({ detail: { mark: 'wanted' } });
    expect(await rig.receiveOne(queue, 0)).toBeUndefined();
  });

  test('an input transformer fills its template', async () => {
    const InputTransformer = {
      InputPathsMap: { key: '$.detail.object.key', size: '$.detail.object.size', object: '$.detail.object' },
      InputTemplate: '{"key": "<key>", "size": <size>, "object": <object>, "text": "of <size> bytes"}',
    };
    const { source, queue } = await rig.ruleToQueue({}, { InputTransformer });
    await rig.put({ Source: source, Detail: '{"object":{"key":"in/a.hl7","size":12}}' });
    expect(await rig.nextBody(queue)).toEqual({
      key: 'in/a.hl7',
      size: 12,
      object: { key: 'in/a.hl7', size: 12 },
      text: 'of 12 bytes',
    });
  });

  test('a bus of its own hears its own events only', async () => {
    const EventBusName = unique();
    await rig.events.send(new CreateEventBusCommand({ Name: EventBusName }));
    const { source, queue } = await rig.ruleToQueue({}, {}, EventBusName);
    await rig.put({ Source: source, Detail: '{"bus":"default"}' });
    await rig.put({ Source: source, Detail: '{"bus":"own"}', EventBusName });
    expect(await rig.nextBody(queue)).toMatchObject({ detail: { bus: 'own' } });
    expect(await rig.receiveOne(queue, 0)).toBeUndefined();
  });

  test('entries are answered one by one, and a bad one fails alone', async () => {
    const { source, queue } = await rig.ruleToQueue({});
    const good = { Source: source, DetailType: 'Test', Detail: '{"n":1}' };
    const answer = await rig.events.send(
      new PutEventsCommand({ Entries: [{ ...good, Detail: 'not json' }, { DetailType: 'Test', Detail: '{}' }, good] }),
    );
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries).toMatchObject([
      { ErrorCode: 'MalformedDetail' },
      { ErrorCode: 'InvalidArgument' },
      { EventId: expect.any(String) },
    ]);
    expect(await rig.nextBody(queue)).toMatchObject({ detail: { n: 1 } });
  });

  test('more than ten entries are refused', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 'x', DetailType: 'Test', Detail: '{}' }));
    await expect(rig.events.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('an object put into a bucket arrives as Object Created', async () => {
    const s3 = new S3Client({ endpoint: rig.endpoint, forcePathStyle: true });
    const Bucket = unique();
    const Key = 'in/a b ü.hl7';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    const { queue } = await rig.ruleToQueue({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [Bucket] } },
    });
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'MSH|^~\\&|' }));
    expect(await rig.nextBody(queue, 20)).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: { bucket: { name: Bucket }, object: { key: Key, size: 9 } },
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    s3.destroy();
  });
});
