import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../database.ts';
import { ACCOUNT, type CloudContext, REGION } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { idForToken, pageOf, positionOf } from './control-book.ts';
import { openResourceStore, type ResourceStore } from './resource-store.ts';
import { requireShape } from './shape.ts';
import { shapes } from './shapes.ts';

type Input = Record<string, unknown>;

interface DatastoreRow {
  readonly seq: number;
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly created: number;
  readonly sse: string | null;
  readonly tags: string;
}

/** The data stores of the region: their life cycle, and the resources of each. */
export interface Datastores {
  create(input: Input): unknown;
  describe(input: Input): unknown;
  list(input: Input): unknown;
  remove(input: Input): unknown;
  /** Throws `ResourceNotFoundException` for an unknown store and `ValidationException` for one that is not active. */
  requireActive(id: string): void;
  /** Throws `ResourceNotFoundException` for an unknown store. */
  require(id: string): DatastoreRow;
  /** The resources of an active store; undefined for any other. */
  resources(id: string): ResourceStore | undefined;
  resourceFile(id: string): string;
  setTags(id: string, tags: readonly { Key: string; Value: string }[]): void;
  /** Goes on with what a kill interrupted. */
  resume(): void;
  close(): void;
}

export function datastoreArn(id: string): string {
  return `arn:aws:healthlake:${REGION}:${ACCOUNT}:datastore/fhir/${id}`;
}

export function createDatastores(
  database: DatabaseSync,
  directory: string,
  context: CloudContext,
  stepMs: number,
): Datastores {
  const open = new Map<string, ResourceStore>();
  const cancels = new Set<() => void>();
  const resourceFile = (id: string) => join(directory, `${id}.sqlite`);
  const endpoint = (id: string) => `${context.endpoint()}/datastore/${id}/r4/`;

  const find = (id: string) =>
    database.prepare('SELECT * FROM datastores WHERE id = ?').get(id) as DatastoreRow | undefined;
  const require = (id: string): DatastoreRow => {
    const row = find(id);
    if (!row) throw new ServiceError('ResourceNotFoundException', `The data store with ID ${id} does not exist`, 404);
    return row;
  };

  const advance = (id: string, status: string, detailType: string) => {
    inTransaction(database, () => {
      database.prepare('UPDATE datastores SET status = ? WHERE id = ?').run(status, id);
      const row = require(id);
      context.publish({
        source: 'aws.healthlake',
        'detail-type': detailType,
        resources: [datastoreArn(id)],
        detail: {
          datastoreId: id,
          datastoreName: row.name ?? '',
          datastoreTypeVersion: 'R4',
          datastoreEndpoint: endpoint(id),
        },
      });
    });
  };
  const later = (run: () => void) => {
    const cancel = context.timers.after(stepMs, () => {
      cancels.delete(cancel);
      run();
    });
    cancels.add(cancel);
  };
  const activate = (id: string) => later(() => advance(id, 'ACTIVE', 'Data Store Active'));
  const erase = (id: string) =>
    later(() => {
      open.get(id)?.close();
      open.delete(id);
      for (const suffix of ['', '-wal', '-shm']) rmSync(resourceFile(id) + suffix, { force: true });
      advance(id, 'DELETED', 'Data Store Deleted');
    });

  const summary = (row: DatastoreRow) => ({
    DatastoreId: row.id,
    DatastoreArn: datastoreArn(row.id),
    DatastoreStatus: row.status,
    DatastoreEndpoint: endpoint(row.id),
  });
  const properties = (row: DatastoreRow) => ({
    ...summary(row),
    ...(row.name === null ? {} : { DatastoreName: row.name }),
    CreatedAt: row.created / 1000,
    DatastoreTypeVersion: 'R4',
    SseConfiguration:
      row.sse === null ? { KmsEncryptionConfig: { CmkType: 'AWS_OWNED_KMS_KEY' } } : JSON.parse(row.sse),
  });

  return {
    create(input) {
      requireShape(shapes.createDatastore, input);
      const { id, known, remember } = idForToken(database, 'datastore', input);
      if (!known) {
        inTransaction(database, () => {
          remember();
          database
            .prepare('INSERT INTO datastores (id, name, status, created, sse, tags) VALUES (?, ?, ?, ?, ?, ?)')
            .run(
              id,
              (input['DatastoreName'] as string) ?? null,
              'CREATING',
              context.timers.now(),
              textOf(input['SseConfiguration']),
              textOf(input['Tags']) ?? '[]',
            );
        });
        advance(id, 'CREATING', 'Data Store Creating');
        activate(id);
      }
      return summary(require(id));
    },
    describe(input) {
      requireShape(shapes.oneDatastore, input);
      return { DatastoreProperties: properties(require(String(input['DatastoreId']))) };
    },
    list(input) {
      requireShape(shapes.listDatastores, input);
      const filter = (input['Filter'] ?? {}) as Input;
      const rows = database
        .prepare('SELECT * FROM datastores WHERE seq > ? ORDER BY seq')
        .all(positionOf(input['NextToken'])) as unknown as DatastoreRow[];
      const { page, next } = pageOf(
        rows.filter((row) => passes(row, filter)),
        Number(input['MaxResults'] ?? 100),
      );
      return { DatastorePropertiesList: page.map(properties), ...(next ? { NextToken: next } : {}) };
    },
    remove(input) {
      requireShape(shapes.oneDatastore, input);
      const row = require(String(input['DatastoreId']));
      if (row.status !== 'ACTIVE') throw new ServiceError('ConflictException', `The data store is ${row.status}`, 409);
      const busy = database
        .prepare(`SELECT 1 FROM jobs WHERE datastore = ? AND status IN ('SUBMITTED', 'QUEUED', 'IN_PROGRESS')`)
        .get(row.id);
      if (busy) throw new ServiceError('ConflictException', 'The data store has import jobs that have not ended', 409);
      advance(row.id, 'DELETING', 'Data Store Deleting');
      erase(row.id);
      return summary(require(row.id));
    },
    requireActive(id) {
      const row = require(id);
      if (row.status !== 'ACTIVE')
        throw new ServiceError('ValidationException', `The data store is ${row.status}, not ACTIVE`);
    },
    require,
    resources(id) {
      if (find(id)?.status !== 'ACTIVE') return undefined;
      const known = open.get(id) ?? openResourceStore(resourceFile(id));
      open.set(id, known);
      return known;
    },
    resourceFile,
    setTags(id, tags) {
      database.prepare('UPDATE datastores SET tags = ? WHERE id = ?').run(JSON.stringify(tags), id);
    },
    resume() {
      const waiting = database
        .prepare(`SELECT * FROM datastores WHERE status IN ('CREATING', 'DELETING')`)
        .all() as unknown as DatastoreRow[];
      for (const row of waiting) (row.status === 'CREATING' ? activate : erase)(row.id);
    },
    close() {
      for (const cancel of cancels) cancel();
      for (const store of open.values()) store.close();
      open.clear();
    },
  };
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

function passes(row: DatastoreRow, filter: Input): boolean {
  return (
    (filter['DatastoreName'] ?? row.name) === row.name &&
    (filter['DatastoreStatus'] ?? row.status) === row.status &&
    row.created / 1000 < Number(filter['CreatedBefore'] ?? Infinity) &&
    row.created / 1000 > Number(filter['CreatedAfter'] ?? -Infinity)
  );
}
