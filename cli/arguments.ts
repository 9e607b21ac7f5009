import { parseArgs } from 'node:util';

/** A mistake in how the command was called; its text is for the person who called it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

const common = {
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  directory: { type: 'string' },
} as const satisfies Options;

export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

/** Reads a verb's arguments; unknown ones are refused with the verb's own help. Undefined when help was asked for and given. */
export function readArguments(args: readonly string[], options: Options, help: string): Arguments | undefined {
  const parsed = parse(args, { ...common, ...options }, help);
  if (parsed.values['help'] === true) {
    process.stdout.write(help);
    return undefined;
  }
  const entries = Object.entries(parsed.values);
  return {
    flags: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
    values: Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
    rest: parsed.positionals,
  };
}

function parse(
  args: readonly string[],
  options: Options,
  help: string,
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { values: { ...values }, positionals };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'Unknown arguments'}\n\n${help}`, {
      cause: error,
    });
  }
}

/** Where the embedded cloud keeps its state. */
export function stateDirectory({ values }: Arguments): string {
  return values['directory'] ?? '.tributary';
}
