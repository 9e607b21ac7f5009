import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs the command as a person would: a process of its own, from the repository's root. */
export async function tributary(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  // Without AWS_ENDPOINT_URL, unless given: the command must find or start its own cloud.
  const { AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env;
  const child = spawn(process.execPath, ['cli/tributary.mjs', ...args], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

function gather(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString('utf8');
}
