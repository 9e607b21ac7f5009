import type { Frame, MapItem } from './frames.ts';
import { evaluate, evaluateNumber, noteFailure, type Scope } from './scope.ts';
import { assertPayload, PAYLOAD_BYTES, StatesError, wrapped } from './states-error.ts';
import type { MapState } from './states-language.ts';

/** The items of a Map that has no reader: `Items`, or the state's input. */
export async function itemsOf(scope: Scope, frame: Frame, state: MapState): Promise<unknown[]> {
  const items = state.Items === undefined ? frame.input : await evaluate(scope, frame, state.Items, 'Items');
  if (Array.isArray(items)) return items;
  const failure = new StatesError('States.QueryEvaluationError', "The field 'Items' must be an array");
  throw noteFailure(scope, frame, failure, 'Items');
}

export function selectItem(scope: Scope, frame: Frame, state: MapState, item: MapItem): Promise<unknown> {
  return state.ItemSelector === undefined
    ? Promise.resolve(item.Value)
    : evaluate(scope, frame, state.ItemSelector, 'ItemSelector', { item });
}

/** What one child of a Map Run gets, and how many items that is. */
export interface ChildInput {
  readonly input: string;
  readonly items: number;
}

/** The children's inputs: every item after its selector, in batches when the state has an `ItemBatcher`. */
export async function childInputs(scope: Scope, frame: Frame, state: MapState): Promise<ChildInput[]> {
  const items = state.ItemReader ? await readItems(scope, frame, state.ItemReader) : await itemsOf(scope, frame, state);
  const selected: string[] = [];
  for (const [Index, Value] of items.entries()) {
    const input = await selectItem(scope, frame, state, { Index, Value });
    assertPayload(input, 'input of a child execution');
    selected.push(JSON.stringify(input));
  }
  return state.ItemBatcher
    ? batches(scope, frame, state.ItemBatcher, selected)
    : selected.map((input) => ({ input, items: 1 }));
}

async function batches(
  scope: Scope,
  frame: Frame,
  batcher: NonNullable<MapState['ItemBatcher']>,
  items: readonly string[],
): Promise<ChildInput[]> {
  const limit = async (name: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch', most: number) =>
    batcher[name] === undefined ? most : evaluateNumber(scope, frame, batcher[name], `ItemBatcher/${name}`, 1, most);
  const maxItems = await limit('MaxItemsPerBatch', 99_999_999);
  const maxBytes = await limit('MaxInputBytesPerBatch', PAYLOAD_BYTES);
  const shared =
    batcher.BatchInput === undefined
      ? undefined
      : await evaluate(scope, frame, batcher.BatchInput, 'ItemBatcher/BatchInput');
  const head = shared === undefined ? '{"Items":[' : `{"BatchInput":${JSON.stringify(shared)},"Items":[`;
  const frameBytes = Buffer.byteLength(head) + 2;
  const made: ChildInput[] = [];
  let run: string[] = [];
  let bytes = frameBytes;
  const close = (): void => {
    if (run.length > 0) made.push({ input: `${head}${run.join(',')}]}`, items: run.length });
    run = [];
    bytes = frameBytes;
  };
  for (const item of items) {
    const size = Buffer.byteLength(item) + 1;
    if (run.length >= maxItems || bytes + size > maxBytes + 1) close();
    if (bytes + size > maxBytes + 1)
      throw new StatesError('States.DataLimitExceeded', 'An item is larger than MaxInputBytesPerBatch allows');
    run.push(item);
    bytes += size;
  }
  close();
  return made;
}

/** An S3 object as JSON Lines or one JSON array. Any fault in reading is `States.ItemReaderFailed`. */
async function readItems(scope: Scope, frame: Frame, reader: NonNullable<MapState['ItemReader']>): Promise<unknown[]> {
  const argument = await evaluate(scope, frame, reader.Arguments, 'ItemReader/Arguments');
  const most = reader.ReaderConfig?.MaxItems;
  const maxItems =
    most === undefined
      ? 100_000_000
      : await evaluateNumber(scope, frame, most, 'ItemReader/ReaderConfig/MaxItems', 1, 100_000_000);
  const text = await readObject(scope, argument);
  const items = reader.ReaderConfig?.InputType === 'JSONL' ? parseLines(text) : parseArray(text);
  return items.slice(0, maxItems);
}

async function readObject(scope: Scope, argument: unknown): Promise<string> {
  try {
    const object = (await scope.run.engine.call('arn:aws:states:::aws-sdk:s3:getObject', argument, scope.signal)) as {
      Body?: string;
    };
    return object.Body ?? '';
  } catch (thrown) {
    throw wrapped('States.ItemReaderFailed', thrown, 'The object could not be read');
  }
}

function parseLines(text: string): unknown[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parsed(line, `Line ${index + 1} is not JSON`)]));
}

function parseArray(text: string): unknown[] {
  const items = parsed(text, 'The object is not JSON');
  if (!Array.isArray(items)) throw new StatesError('States.ItemReaderFailed', 'The object is not a JSON array');
  return items;
}

function parsed(text: string, fault: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrapped('States.ItemReaderFailed', error, fault);
  }
}
