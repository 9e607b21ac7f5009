/** Runs `clients.py` against an embedded cloud of our own; says so and exits 0 where Python or boto3 cannot be had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cloudEndpoint } from '../../test/cloud/endpoint.ts';
import { findPython } from '../python.ts';

const python = findPython(['boto3']);
if ('skipped' in python) console.log(`skipped: no Python/boto3 (${python.skipped})`);
else process.exitCode = await runClients(python.path);

async function runClients(pythonPath: string): Promise<number> {
  const cloud = await cloudEndpoint();
  try {
    const script = fileURLToPath(new URL('clients.py', import.meta.url));
    const child = spawn(pythonPath, [script, cloud.endpoint], { stdio: 'inherit' });
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    return exitCode ?? 1;
  } finally {
    await cloud.stop();
  }
}
