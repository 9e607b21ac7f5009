import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../adapters/hash.ts';
import { dynamoLedger } from '../adapters/ledger/ledger.ts';
import { LedgerTable } from '../adapters/ledger/table.ts';
import { s3ObjectStore } from '../adapters/object-store.ts';
import { sfnWorkflows } from '../adapters/workflows.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import type { ObjectStore, Sha256, Workflows } from '../core/ports.ts';

/** A pipeline that can be talked to: the embedded cloud, or what the environment of the SDK points to. */
export interface Connection {
  readonly endpoint: string;
  readonly inbox: string;
  readonly work: string;
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly workflows: Workflows;
  readonly executionPrefix: string;
  readonly sha256: Sha256;
}

/** Names of the deployed things; the embedded cloud's unless the environment says otherwise. */
const names = {
  inbox: () => process.env['TRIBUTARY_INBOX_BUCKET'] ?? 'tributary-inbox',
  work: () => process.env['TRIBUTARY_WORK_BUCKET'] ?? 'tributary-work',
  ledger: () => process.env['TRIBUTARY_LEDGER_TABLE'] ?? 'tributary-ledger',
  machines: () => process.env['TRIBUTARY_STATE_MACHINES'] ?? 'arn:aws:states:us-east-1:000000000000:stateMachine:',
};

export function connect(endpoint: string | undefined): Connection {
  if (endpoint !== undefined) pointSdkAt(endpoint);
  return {
    endpoint: endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? 'aws',
    inbox: names.inbox(),
    work: names.work(),
    objects: s3ObjectStore(),
    ledger: dynamoLedger(new LedgerTable(names.ledger())),
    workflows: sfnWorkflows(names.machines()),
    executionPrefix: names.machines().replace(':stateMachine:', ':execution:'),
    sha256,
  };
}

function pointSdkAt(endpoint: string): void {
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_REGION'] ??= 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] ??= 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'local';
}

/**
 * The pipeline that is up: an account when the environment names its inbox bucket, else what `AWS_ENDPOINT_URL` says,
 * else an embedded cloud that runs over this directory. Undefined when there is none.
 */
export async function runningPipeline(directory: string): Promise<Connection | undefined> {
  if (process.env['TRIBUTARY_INBOX_BUCKET'] !== undefined) return connect(undefined);
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? (await answeringEndpoint(directory));
  return endpoint === undefined ? undefined : connect(endpoint);
}

async function answeringEndpoint(directory: string): Promise<string | undefined> {
  const endpoint = recordedEndpoint(directory);
  if (endpoint === undefined) return undefined;
  const answers = await fetch(endpoint, { signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );
  return answers ? endpoint : undefined;
}

export const endpointFile = (directory: string): string => join(directory, 'endpoint');

function recordedEndpoint(directory: string): string | undefined {
  try {
    return readFileSync(endpointFile(directory), 'utf8').trim();
  } catch {
    return undefined;
  }
}
