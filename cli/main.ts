import { UsageError } from './arguments.ts';

type Verb = (args: readonly string[]) => Promise<number>;

/** Loaded when asked for: `convert` need not load the SDK, nor `status` the mapping. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  start: async () => (await import('./start.ts')).start,
  run: async () => (await import('./run.ts')).run,
  convert: async () => (await import('./convert.ts')).convert,
  status: async () => (await import('./status.ts')).status,
  dead: async () => (await import('./dead.ts')).dead,
};

const usage = `tributary: a hospital's HL7 v2 and CSV into AWS HealthLake, every message accounted for

  tributary start [--drop <file|dir>] [--once] [--port <n>]   the embedded cloud, until Ctrl-C
  tributary run <file|dir>... --feed <feed>                   drops files, waits, prints the balance
  tributary convert <file> --feed <feed> [--to ndjson|bundle] FHIR on stdout, issues on stderr; no cloud
  tributary status [batch]                                    batches, what waits, what died
  tributary dead [list|show <batch>#<ordinal>]                dead letters, with their reasons

Every verb takes --help and --json. State lies in ./.tributary, or where --directory says.
run, status and dead work against a running "start", against AWS_ENDPOINT_URL, or against an AWS account when
TRIBUTARY_INBOX_BUCKET, _WORK_BUCKET, _LEDGER_TABLE and _STATE_MACHINES name what was deployed there.
`;

/** Runs one verb and gives the exit code: 0 only when what was asked is true. */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that has seen enough, such as `head`, is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(usage);
    return name === undefined ? 1 : 0;
  }
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load === undefined) {
    process.stderr.write(`There is no verb "${name}".\n\n${usage}`);
    return 1;
  }
  try {
    return await (await load())(rest);
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n`);
    // The name and our own static text; a stack helps nobody who runs the command.
    else process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : 'Something failed'}\n`);
    return 1;
  }
}
