import { readArguments, stateDirectory, UsageError } from './arguments.ts';
import { runningPipeline } from './connection.ts';
import { dropAndWait } from './drop.ts';
import { openCloud } from './start.ts';
import { printSummary } from './summary.ts';

const help = `tributary run <file|dir>... --feed <feed> [--json] [--keep] [--directory <dir>]

Drops the files into the inbox, waits until every message has come to its end, and prints the balance.
<feed> is the name of a shipped feed or the path of a feed file. Exit 0: all is loaded, duplicate or filtered;
1: something died (see "tributary dead"); 2: the book does not balance. --keep leaves the embedded cloud up.
`;

export async function run(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { feed: { type: 'string' }, keep: { type: 'boolean' } }, help);
  if (parsed === undefined) return 0;
  const feed = parsed.values['feed'];
  if (parsed.rest.length === 0 || feed === undefined) throw new UsageError(help);
  const json = parsed.flags.has('json');
  const directory = stateDirectory(parsed);
  const running = await runningPipeline(directory);
  if (running !== undefined) {
    return printSummary(await dropAndWait(running, parsed.rest, feed, { json }), json);
  }
  const open = await openCloud(directory, 0);
  try {
    const code = printSummary(await dropAndWait(open.connection, parsed.rest, feed, { json }), json);
    if (parsed.flags.has('keep')) await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
    return code;
  } finally {
    await open.close();
  }
}
