import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';

/** The command in a process that a test can kill. */
export interface CommandProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits until the process is gone. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** Waits until it ends by itself; gives its exit code. */
  ended(): Promise<number | null>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

export function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CommandProcess {
  const { AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env;
  const child = spawn(process.execPath, ['cli/tributary.mjs', ...args], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const gather = (stream: NodeJS.ReadableStream): (() => string) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    return () => Buffer.concat(parts).toString('utf8');
  };
  return {
    child,
    stdout: gather(child.stdout),
    stderr: gather(child.stderr),
    async end(signal) {
      child.kill(signal);
      await closed;
    },
    ended: async () => (await closed)[0],
  };
}

/** Where the embedded cloud over this directory answers, once it does. */
export async function endpointOf(directory: string, not?: string): Promise<string> {
  const file = join(directory, 'endpoint');
  return await until('the endpoint', async () => {
    const endpoint = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    return endpoint === '' || endpoint === not ? undefined : endpoint;
  });
}
