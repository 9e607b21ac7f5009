import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type OwnCloud, ownCloud } from './own-cloud.ts';

let cloud: OwnCloud;
afterEach(() => cloud.stop());

const EVENT_BRIDGE = '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>';
const VERSIONED = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';

async function watchedBucket(onPublish?: () => void): Promise<void> {
  cloud = await ownCloud(onPublish);
  await cloud.call('PUT', '/bucket');
  await cloud.call('PUT', '/bucket?notification', EVENT_BRIDGE);
}

interface Detail {
  readonly reason: string;
  readonly object: Readonly<Record<string, unknown>> & { readonly sequencer: string };
}
const details = (): Detail[] => cloud.events.map(({ detail }) => detail as Detail);

describe('events of a bucket', () => {
  it('a put tells bucket, key letter by letter, size, tag, version and sequencer', async () => {
    await watchedBucket();
    await cloud.call('PUT', '/bucket?versioning', VERSIONED);
    const put = await cloud.call('PUT', '/bucket/in/..%20%C3%A4%2B.hl7', 'four');
    expect(cloud.events).toEqual([
      {
        source: 'aws.s3',
        'detail-type': 'Object Created',
        resources: ['arn:aws:s3:::bucket'],
        detail: {
          version: '0',
          bucket: { name: 'bucket' },
          object: {
            key: 'in/.. ä+.hl7',
            size: 4,
            etag: String(put.headers['etag']).replaceAll('"', ''),
            'version-id': put.headers['x-amz-version-id'],
            sequencer: expect.stringMatching(/^[\dA-F]{18}$/),
          },
          'request-id': put.headers['x-amz-request-id'],
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('without versioning there is no version-id, and sequencers of a key rise', async () => {
    await watchedBucket();
    for (let n = 0; n < 3; n++) await cloud.call('PUT', '/bucket/key', String(n));
    expect(details().some(({ object }) => 'version-id' in object)).toBe(false);
    const sequencers = details().map(({ object }) => object.sequencer);
    expect([...new Set(sequencers)].sort()).toEqual(sequencers);
    expect(sequencers).toHaveLength(3);
  });

  it('copies, completed uploads and deletes say so; a refused put says nothing', async () => {
    await watchedBucket();
    await cloud.call('PUT', '/bucket/key', 'x');
    await cloud.call('PUT', '/bucket/copy', '', { 'x-amz-copy-source': '/bucket/key' });
    const id = /<UploadId>([^<]+)/.exec((await cloud.call('POST', '/bucket/multi?uploads')).text)?.[1];
    const part = await cloud.call('PUT', `/bucket/multi?partNumber=1&uploadId=${id}`, 'part');
    const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers['etag']}</ETag></Part></CompleteMultipartUpload>`;
    await cloud.call('POST', `/bucket/multi?uploadId=${id}`, document);
    await cloud.call('PUT', '/bucket/key', 'y', { 'if-none-match': '*' });
    await cloud.call('DELETE', '/bucket/key');
    expect(cloud.events.map((event, n) => [event['detail-type'], details()[n]?.reason])).toEqual([
      ['Object Created', 'PutObject'],
      ['Object Created', 'CopyObject'],
      ['Object Created', 'CompleteMultipartUpload'],
      ['Object Deleted', 'DeleteObject'],
    ]);
  });

  it('a bucket without EventBridge is silent', async () => {
    cloud = await ownCloud();
    await cloud.call('PUT', '/bucket');
    await cloud.call('PUT', '/bucket/key', 'x');
    expect(cloud.events).toEqual([]);
  });

  it('an event that the bus did not take is kept over a restart, in order', async () => {
    let isDown = true;
    await watchedBucket(() => {
      if (isDown) throw new Error('the bus is down');
    });
    for (const key of ['first', 'second']) {
      expect((await cloud.call('PUT', `/bucket/${key}`, 'x')).status).toBe(200);
    }
    expect(cloud.events).toEqual([]);
    isDown = false;
    await cloud.restart();
    expect(details().map(({ object }) => object['key'])).toEqual(['first', 'second']);
  });

  it('an event that the bus did not take is tried again by itself', async () => {
    let failures = 1;
    await watchedBucket(() => {
      if (failures-- > 0) throw new Error('the bus is down');
    });
    await cloud.call('PUT', '/bucket/key', 'x');
    expect(cloud.events).toEqual([]);
    for (let waited = 0; waited < 50 && cloud.events.length === 0; waited++) await sleep(100);
    expect(cloud.events).toHaveLength(1);
  });
});
