import type { Batch } from '../core/ledger/ledger.ts';
import type { MessageOutcome } from '../core/ledger/states.ts';
import { reasonText } from '../core/reasons.ts';
import { readArguments, stateDirectory, UsageError } from './arguments.ts';
import { fileName, findBatch, outcomesOf, recentBatches } from './books.ts';
import type { Connection } from './connection.ts';
import { withPipeline } from './with-pipeline.ts';

const help = `tributary dead [list] [--feed <feed>] [--reason <code>] [--json] [--directory <dir>]
tributary dead show <batch>#<ordinal> [--reveal]

Lists the dead letters: which message of which file, where it lies, why it died and what to do.
"show" prints one pointer; --reveal also prints the message itself, which is patient data.
`;

const SHOWN = 200;

export async function dead(args: readonly string[]): Promise<number> {
  const parsed = readArguments(
    args,
    { feed: { type: 'string' }, reason: { type: 'string' }, reveal: { type: 'boolean' } },
    help,
  );
  if (parsed === undefined) return 0;
  const [verb = 'list', address] = parsed.rest;
  if (verb !== 'list' && verb !== 'show') throw new UsageError(help);
  const json = parsed.flags.has('json');
  return await withPipeline(stateDirectory(parsed), async (connection) => {
    if (verb === 'show') return await show(connection, address ?? '', parsed.flags.has('reveal'), json);
    return await list(connection, parsed.values['feed'], parsed.values['reason'], json);
  });
}

async function list(
  connection: Connection,
  feed: string | undefined,
  reason: string | undefined,
  json: boolean,
): Promise<number> {
  let shown = 0;
  for await (const { book, outcome } of deadLetters(connection, feed, reason)) {
    shown += 1;
    if (json) process.stdout.write(`${JSON.stringify(pointer(book, outcome))}\n`);
    else if (shown <= SHOWN) process.stdout.write(`${line(book, outcome)}\n`);
  }
  if (json) return 0;
  if (shown === 0) process.stdout.write('No dead letters.\n');
  if (shown > SHOWN) process.stdout.write(`... and ${shown - SHOWN} more; --json lists all\n`);
  return 0;
}

async function* deadLetters(
  connection: Connection,
  feed: string | undefined,
  reason: string | undefined,
): AsyncIterable<{ book: Batch; outcome: MessageOutcome }> {
  const batches = await recentBatches(connection, 1000);
  for (const book of batches.filter(
    ({ counts, feed: of }) => (counts?.dead ?? 0) > 0 && (feed === undefined || feed === of),
  )) {
    for await (const outcome of outcomesOf(connection, book)) {
      if (outcome.state === 'dead' && (reason === undefined || reason === outcome.reason)) yield { book, outcome };
    }
  }
}

function line(book: Batch, { ordinal, type, reason, path, refused }: MessageOutcome): string {
  const where = `${book.batch.slice(0, 8)}#${ordinal}`.padEnd(16);
  const what = `${type || 'unreadable'}${path ? ` at ${path}` : ''}`;
  const also = refused && refused.length > 0 ? ` (${refused.length} resources refused)` : '';
  return `${where}${book.feed.padEnd(19)} ${fileName(book)}: ${what}: ${reason ?? ''}${also}. ${reason ? reasonText(reason) : ''}`;
}

function pointer(book: Batch, outcome: MessageOutcome): Record<string, unknown> {
  const { hash: _hash, ...rest } = outcome;
  return {
    batch: book.batch,
    feed: book.feed,
    file: fileName(book),
    source: book.source,
    ...rest,
    text: outcome.reason ? reasonText(outcome.reason) : '',
  };
}

async function show(connection: Connection, address: string, reveal: boolean, json: boolean): Promise<number> {
  const [id = '', ordinal] = address.split('#');
  if (ordinal === undefined || !/^\d+$/.test(ordinal)) throw new UsageError(help);
  const book = await findBatch(connection, id);
  for await (const outcome of outcomesOf(connection, book)) {
    if (outcome.ordinal !== Number(ordinal) || outcome.state !== 'dead') continue;
    const told = pointer(book, outcome);
    process.stdout.write(
      json
        ? `${JSON.stringify(told)}\n`
        : `${Object.entries(told)
            .map(
              ([name, value]) =>
                `${name.padEnd(10)}${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
            )
            .join('\n')}\n`,
    );
    if (reveal) await revealMessage(connection, book, outcome);
    return 0;
  }
  throw new UsageError(`There is no dead letter ${address}`);
}

/** Only here, and only when asked, does a command print what a message contains. */
async function revealMessage(connection: Connection, book: Batch, { start, end }: MessageOutcome): Promise<void> {
  if (book.source === undefined || end <= start) {
    process.stdout.write('The drop was refused whole; it lies unchanged in the inbox.\n');
    return;
  }
  const bytes = await connection.objects.get(book.source, { start, end });
  process.stdout.write('\n');
  process.stdout.write(
    Buffer.from(bytes ?? new Uint8Array())
      .toString('utf8')
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n'),
  );
  process.stdout.write('\n');
}
