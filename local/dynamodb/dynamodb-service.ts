import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { openDatabase } from '../database.ts';
import type { CloudContext, LocalService } from '../service.ts';
import { ServiceError, sendJson, serveJson } from '../wire.ts';
import {
  type Action,
  createDynaliteStore,
  DYNAMODB_SCHEMA,
  type DynaliteStore,
  type Refusal,
  type Validation,
} from './dynalite-store.ts';
import { activateTable, forgetTable } from './table-status.ts';
import { refuseUnserved } from './unserved-parameters.ts';

interface Operation {
  readonly action: Action;
  readonly rules: Validation;
  /** What DynamoDB does some time after it has answered, done here with the request. */
  readonly after?: (database: DatabaseSync, tableName: string) => void;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetItem: { action: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { action: batchWriteItem, rules: batchWriteItemRules },
  CreateTable: { action: createTable, rules: createTableRules, after: activateTable },
  DeleteItem: { action: deleteItem, rules: deleteItemRules },
  DeleteTable: { action: deleteTable, rules: deleteTableRules, after: forgetTable },
  DescribeTable: { action: describeTable, rules: describeTableRules },
  GetItem: { action: getItem, rules: getItemRules },
  ListTables: { action: listTables, rules: listTablesRules },
  PutItem: { action: putItem, rules: putItemRules },
  Query: { action: query, rules: queryRules },
  Scan: { action: scan, rules: scanRules },
  UpdateItem: { action: updateItem, rules: updateItemRules },
};

/**
 * Amazon DynamoDB over AWS JSON 1.0: dynalite's expression grammar, checks and actions over our own store. Requests
 * run one after the other, each as one transaction, so a conditional write is decided and kept with its index entries
 * or not at all. No transactions, streams, time to live or backups: they answer `UnknownOperationException`.
 */
export function createDynamodbService(context: CloudContext): LocalService {
  const database = openDatabase(context.directory, 'dynamodb', DYNAMODB_SCHEMA);
  let last: Promise<unknown> = Promise.resolve();
  const run = (operation: Operation, input: Record<string, unknown>): Promise<unknown> => {
    const result = last.then(() => runInTransaction(database, operation, input));
    last = result.catch(() => undefined);
    return result;
  };
  const operations = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [
      name,
      (input: Record<string, unknown>) => run(operation, input),
    ]),
  );
  return {
    name: 'dynamodb',
    targets: ['DynamoDB_20120810.'],
    handle: (request, response) => answer(operations, request, response),
    async stop() {
      await last;
      database.close();
    },
  };
}

type Handlers = Parameters<typeof serveJson>[0];

/** As `serveJson`; dynalite's refusals carry their own body. */
async function answer(operations: Handlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await serveJson(operations, request, response);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    sendJson(request, response, error.statusCode, error.body);
  }
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

async function runInTransaction(
  database: DatabaseSync,
  operation: Operation,
  input: Record<string, unknown>,
): Promise<unknown> {
  let isOpen = true;
  const store = createDynaliteStore(database, () => isOpen);
  const checked = checkInput(store, operation.rules, input);
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = await runAction(operation.action, store, checked);
    // Taken as text now: dynalite goes on to change a table's description after it has answered.
    const text = JSON.stringify(result);
    operation.after?.(database, String(input['TableName']));
    database.exec('COMMIT');
    return JSON.parse(text);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  } finally {
    isOpen = false;
  }
}

function checkInput(store: DynaliteStore, rules: Validation, input: Record<string, unknown>): object {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ServiceError('SerializationException', 'The request body is not a JSON object');
  refuseUnserved(input, rules.types);
  const checked = validations.checkTypes(input, rules.types);
  validations.checkValidations(checked, rules.types, rules.custom, store);
  return checked;
}

function runAction(action: Action, store: DynaliteStore, input: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    action(store, input, (error, value) => (error ? reject(error) : resolve(value ?? {})));
  });
}
