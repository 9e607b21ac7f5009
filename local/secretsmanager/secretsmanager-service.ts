import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import { ACCOUNT, type CloudContext, type LocalService, REGION } from '../service.ts';
import { ServiceError, serveJson } from '../wire.ts';

type Input = Readonly<Record<string, unknown>>;

interface SecretRow {
  readonly name: string;
  readonly arn: string;
  readonly version_id: string;
  readonly text: string | null;
  readonly binary: string | null;
  readonly description: string | null;
  readonly created_ms: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS secrets (
    name TEXT PRIMARY KEY, arn TEXT NOT NULL UNIQUE, version_id TEXT NOT NULL, text TEXT, binary TEXT,
    description TEXT, created_ms INTEGER NOT NULL
  ) STRICT;
`;
/** AWS Secrets Manager API reference: a secret holds at most 65,536 bytes. */
const MAX_BYTES = 65_536;

/**
 * AWS Secrets Manager over AWS JSON 1.1, as far as the pipeline needs it: CreateSecret, GetSecretValue and
 * DescribeSecret, one version per secret. Values lie in the state directory unencrypted; it is for trying.
 */
export function createSecretsManagerService(context: CloudContext): LocalService {
  const database = openDatabase(context.directory, 'secretsmanager', SCHEMA);
  const operations = {
    CreateSecret: (input: Input) => createSecret(database, input, context.timers.now()),
    GetSecretValue(input: Input) {
      refuseOthers(input, ['SecretId', 'VersionId', 'VersionStage']);
      const row = findSecret(database, input['SecretId']);
      const wanted = input['VersionId'] ?? row.version_id;
      if (wanted !== row.version_id || (input['VersionStage'] ?? 'AWSCURRENT') !== 'AWSCURRENT') throw notFound();
      const value = row.text === null ? { SecretBinary: row.binary } : { SecretString: row.text };
      const created = row.created_ms / 1000;
      return {
        ARN: row.arn,
        Name: row.name,
        VersionId: row.version_id,
        ...value,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: created,
      };
    },
    DescribeSecret(input: Input) {
      refuseOthers(input, ['SecretId']);
      const row = findSecret(database, input['SecretId']);
      const description = row.description === null ? {} : { Description: row.description };
      const created = row.created_ms / 1000;
      return {
        ARN: row.arn,
        Name: row.name,
        ...description,
        CreatedDate: created,
        LastChangedDate: created,
        VersionIdsToStages: { [row.version_id]: ['AWSCURRENT'] },
      };
    },
  };
  return {
    name: 'secretsmanager',
    targets: ['secretsmanager.'],
    handle: (request, response) => serveJson(operations, request, response),
    stop: async () => database.close(),
  };
}

function refuseOthers(input: Input, known: readonly string[]): void {
  const other = Object.keys(input).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new ServiceError('InvalidParameterException', `${other} is not implemented by the embedded cloud.`);
}

function notFound(): ServiceError {
  return new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** By name or ARN; throws `ResourceNotFoundException`. */
function findSecret(database: DatabaseSync, id: unknown): SecretRow {
  const row = database.prepare('SELECT * FROM secrets WHERE name = ?1 OR arn = ?1').get(String(id ?? ''));
  if (!row) throw notFound();
  return row as unknown as SecretRow;
}

function createSecret(database: DatabaseSync, input: Input, nowMs: number) {
  refuseOthers(input, [
    'Name',
    'SecretString',
    'SecretBinary',
    'Description',
    'ClientRequestToken',
    'KmsKeyId',
    'Tags',
  ]);
  const name = String(input['Name'] ?? '');
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name))
    throw new ServiceError('ValidationException', 'Invalid name. Must be 1 to 512 of A-Z a-z 0-9 /_+=.@-');
  const [text, binary] = [input['SecretString'], input['SecretBinary']] as (string | undefined)[];
  if ((text === undefined) === (binary === undefined)) {
    throw new ServiceError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  if (Buffer.byteLength(text ?? binary ?? '') > MAX_BYTES)
    throw new ServiceError('ValidationException', `A secret can have at most ${MAX_BYTES} bytes.`);
  const token = String(input['ClientRequestToken'] ?? randomUUID());
  const present = database.prepare('SELECT * FROM secrets WHERE name = ?').get(name) as unknown as
    | SecretRow
    | undefined;
  if (present && !isRepeat(present, token, text, binary))
    throw new ServiceError('ResourceExistsException', `The operation failed because the secret already exists.`);
  if (present) return { ARN: present.arn, Name: name, VersionId: present.version_id };
  const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${randomBytes(4).toString('hex').slice(0, 6)}`;
  const values = [
    name,
    arn,
    token,
    text ?? null,
    binary ?? null,
    (input['Description'] as string | undefined) ?? null,
    nowMs,
  ];
  database.prepare('INSERT INTO secrets VALUES (?, ?, ?, ?, ?, ?, ?)').run(...values);
  return { ARN: arn, Name: name, VersionId: token };
}

/** The same request again, by its token and its value, is answered as the first one was. */
function isRepeat(row: SecretRow, token: string, text: string | undefined, binary: string | undefined): boolean {
  return row.version_id === token && row.text === (text ?? null) && row.binary === (binary ?? null);
}
