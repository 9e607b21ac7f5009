import type { Ledger } from '../core/ledger/ledger.ts';
import type { Clock, KeyedHash, ObjectStore, Queue, Sha256, Workflows } from '../core/ports.ts';
import { systemClock } from './clock.ts';
import { readEnvironment } from './environment.ts';
import { keyedHash, sha256 } from './hash.ts';
import { dynamoLedger } from './ledger/ledger.ts';
import { LedgerTable } from './ledger/table.ts';
import { s3ObjectStore } from './object-store.ts';
import { sqsQueue } from './queue.ts';
import { secretSource } from './secret.ts';
import { sfnWorkflows } from './workflows.ts';

type Source = Readonly<Record<string, string | undefined>>;

/** The ports every task shares, over the SDK. Clients are made once per warm function. */
export interface SharedPorts {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly work: string;
}

export function sharedPorts(source: Source): SharedPorts {
  const env = readEnvironment(source, ['WORK_BUCKET', 'LEDGER_TABLE']);
  return {
    objects: s3ObjectStore(),
    ledger: dynamoLedger(new LedgerTable(env.LEDGER_TABLE)),
    sha256,
    clock: systemClock,
    work: env.WORK_BUCKET,
  };
}

export function deadLetters(source: Source): Queue {
  return sqsQueue(readEnvironment(source, ['DEAD_LETTER_QUEUE_URL']).DEAD_LETTER_QUEUE_URL);
}

export function workflows(source: Source): Workflows {
  return sfnWorkflows(readEnvironment(source, ['STATE_MACHINE_ARN_PREFIX']).STATE_MACHINE_ARN_PREFIX);
}

/** The tenant's keyed hash; its secret is asked for once. */
export function tenantHash(source: Source): () => Promise<KeyedHash> {
  const secret = secretSource(readEnvironment(source, ['TENANT_SECRET_ID']).TENANT_SECRET_ID);
  return async () => keyedHash(await secret());
}

/** Where a tenant's resources go. */
export interface Tenant {
  readonly datastoreId: string;
  readonly dataAccessRoleArn: string;
  readonly kmsKeyId: string;
}

export function tenants(source: Source): Readonly<Record<string, Tenant>> {
  return JSON.parse(readEnvironment(source, ['TENANTS']).TENANTS) as Record<string, Tenant>;
}
