import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSecretsManagerService } from '../../../../local/secretsmanager/secretsmanager-service.ts';
import { type RunningServer, startServer } from '../../../../local/server.ts';

describe('the secrets of the embedded cloud', () => {
  let directory: string;
  let server: RunningServer;
  let client: SecretsManagerClient;

  const open = async (): Promise<void> => {
    server = await startServer({ directory, port: 0, services: (context) => [createSecretsManagerService(context)] });
    client = new SecretsManagerClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tributary-secrets-'));
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  const create = (Name: string, more: object = { SecretString: 'hush' }) =>
    client.send(new CreateSecretCommand({ Name, ...more }));

  test('a secret comes back by name and by ARN, also after a restart', async () => {
    const { ARN, VersionId } = await create('tributary/tenant-key');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:tributary\/tenant-key-[0-9a-f]{6}$/);
    await close();
    await open();
    for (const SecretId of ['tributary/tenant-key', ARN]) {
      const secret = await client.send(new GetSecretValueCommand({ SecretId }));
      expect(secret).toMatchObject({ ARN, VersionId, SecretString: 'hush', VersionStages: ['AWSCURRENT'] });
      expect(secret.SecretBinary).toBeUndefined();
    }
  });

  test('a binary secret comes back byte by byte', async () => {
    await create('bytes', { SecretBinary: new Uint8Array([0, 128, 255]) });
    const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: 'bytes' }));
    expect([...(SecretBinary ?? [])]).toEqual([0, 128, 255]);
  });

  test('a description tells nothing of the value', async () => {
    await create('described', { SecretString: 'hush', Description: 'words' });
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'described' }));
    expect(described).toMatchObject({ Name: 'described', Description: 'words' });
    expect(JSON.stringify(described)).not.toContain('hush');
  });

  test('the same request again is answered the same, another under its name is refused', async () => {
    const request = { SecretString: 'hush', ClientRequestToken: 'a-token-of-thirty-two-characters' };
    const first = await create('again', request);
    expect(await create('again', request)).toMatchObject({ ARN: first.ARN, VersionId: first.VersionId });
    await expect(create('again', { SecretString: 'other' })).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  test.each([
    ['a secret that is not there', new GetSecretValueCommand({ SecretId: 'absent' }), 'ResourceNotFoundException'],
    ['a secret without value', new CreateSecretCommand({ Name: 'empty' }), 'InvalidParameterException'],
    ['a name with a space', new CreateSecretCommand({ Name: 'a b', SecretString: 'x' }), 'ValidationException'],
    [
      'a value over 64 KiB',
      new CreateSecretCommand({ Name: 'big', SecretString: 'x'.repeat(65_537) }),
      'ValidationException',
    ],
    [
      'a parameter that is not served',
      new CreateSecretCommand({ Name: 'far', SecretString: 'x', AddReplicaRegions: [{ Region: 'eu-west-1' }] }),
      'InvalidParameterException',
    ],
    ['an operation that is not served', new DeleteSecretCommand({ SecretId: 'x' }), 'UnknownOperationException'],
  ])('%s is refused', async (_what, command, name) => {
    await expect(client.send(command as GetSecretValueCommand)).rejects.toMatchObject({ name });
  });
});
