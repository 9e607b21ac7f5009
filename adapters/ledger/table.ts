import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { RetryError } from '../../core/errors.ts';
import { asOurError } from '../service-error.ts';

export type Item = Record<string, unknown>;
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const CONDITION_FAILED = 'ConditionalCheckFailedException';

/** Single-item operations on the ledger's table; a failed condition is `false`, never an error. */
export class LedgerTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(table: string, client: DynamoDBClient = new DynamoDBClient({})) {
    this.#table = table;
    this.#client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    const answer = await this.#call(() =>
      this.#client.send(new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true })),
    );
    return answer.Item;
  }

  /** Puts when `condition` holds (`values` and `names` as DynamoDB writes them). */
  async put(item: Item & ItemKey, condition?: string, values?: Item): Promise<boolean> {
    return await this.#conditional(() =>
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: item,
          ...(condition ? { ConditionExpression: condition } : {}),
          ...(values ? { ExpressionAttributeValues: values } : {}),
        }),
      ),
    );
  }

  /** Sets fields; `condition` may name the fields `#state` and the values given in `values`. */
  async set(
    key: ItemKey,
    fields: Item,
    condition?: { readonly expression: string; readonly names?: Record<string, string>; readonly values?: Item },
  ): Promise<boolean> {
    const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
    const names = { ...Object.fromEntries(entries.map(([name], index) => [`#f${index}`, name])), ...condition?.names };
    const values = {
      ...Object.fromEntries(entries.map(([, value], index) => [`:f${index}`, value])),
      ...condition?.values,
    };
    return await this.#conditional(() =>
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: key,
          UpdateExpression: `SET ${entries.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ...(condition ? { ConditionExpression: condition.expression } : {}),
        }),
      ),
    );
  }

  async increase(key: ItemKey, field: string): Promise<void> {
    await this.#call(() =>
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: key,
          UpdateExpression: 'ADD #f :one',
          ExpressionAttributeNames: { '#f': field },
          ExpressionAttributeValues: { ':one': 1 },
        }),
      ),
    );
  }

  async delete(key: ItemKey): Promise<void> {
    await this.#call(() => this.#client.send(new DeleteCommand({ TableName: this.#table, Key: key })));
  }

  /** All items of one partition, in the order of their sort keys. */
  async partition(pk: string): Promise<readonly Item[]> {
    return await this.#query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
  }

  /** Items of a list of the index, newest first. */
  async listed(list: string, limit: number): Promise<readonly Item[]> {
    return await this.#query(
      {
        IndexName: 'by-list',
        KeyConditionExpression: '#l = :l',
        ExpressionAttributeNames: { '#l': 'list' },
        ExpressionAttributeValues: { ':l': list },
        ScanIndexForward: false,
      },
      limit,
    );
  }

  /** The items that exist, in hundreds a call as the service allows. */
  async many(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (let start = 0; start < keys.length; start += 100)
      found.push(...(await this.#hundred(keys.slice(start, start + 100))));
    return found;
  }

  async #hundred(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    let open: readonly Item[] = keys.map((key) => ({ ...key }));
    for (let turn = 0; open.length > 0; turn += 1) {
      if (turn === 10) throw new RetryError('LedgerBusyError');
      const asked = open;
      const answer = await this.#call(() =>
        this.#client.send(
          new BatchGetCommand({ RequestItems: { [this.#table]: { Keys: [...asked], ConsistentRead: true } } }),
        ),
      );
      found.push(...(answer.Responses?.[this.#table] ?? []));
      open = answer.UnprocessedKeys?.[this.#table]?.Keys ?? [];
    }
    return found;
  }

  async #query(query: Item, limit = Number.POSITIVE_INFINITY): Promise<readonly Item[]> {
    const found: Item[] = [];
    let start: Item | undefined;
    do {
      const from = start;
      const page = await this.#call(() =>
        this.#client.send(
          new QueryCommand({
            TableName: this.#table,
            ...query,
            ...(from ? { ExclusiveStartKey: from } : {}),
            ...(Number.isFinite(limit) ? { Limit: limit } : {}),
          }),
        ),
      );
      found.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  async #conditional(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === CONDITION_FAILED) return false;
      throw ledgerError(error);
    }
  }

  async #call<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw ledgerError(error);
    }
  }
}

function ledgerError(error: unknown): Error {
  const ours = asOurError(error);
  return ours instanceof RetryError ? new RetryError('LedgerBusyError') : ours;
}
