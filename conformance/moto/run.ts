/**
 * Runs the black-box suites of `test/cloud` against moto's server, an emulator of AWS that we did not write: what both
 * pass is more likely true of AWS than what only ours passes. Says so and exits 0 where Python or moto cannot be had.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '../python.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = globSync('test/cloud/{s3,sqs,events,dynamodb}/*.test.ts', { cwd: ROOT }).sort();
/** Where moto is laxer than AWS documents and the pipeline does not lean on it, a case stands in a file of this name. */
const isBesideMoto = (file: string): boolean => file.endsWith('.own.test.ts');
const START_MS = 60_000;

const python = findPython(['moto.server', 'flask', 'flask_cors']);
if ('skipped' in python) console.log(`skipped: no Python/moto (${python.skipped})`);
else process.exitCode = await runAgainstMoto(python.path);

async function runAgainstMoto(pythonPath: string): Promise<number> {
  const port = await freePort();
  const server = spawn(pythonPath, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await untilUp(endpoint, server);
    const version = spawnSync(pythonPath, ['-c', 'import moto; print(moto.__version__)'], {
      encoding: 'utf8',
    }).stdout.trim();
    console.log(`moto ${version} is at ${endpoint}`);
    return await runSuites(endpoint);
  } finally {
    server.kill();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilUp(endpoint: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("moto's server did not start");
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function runSuites(endpoint: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-conformance-'));
  const outputFile = join(folder, 'report.json');
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'cloud',
    '--reporter=json',
    `--outputFile=${outputFile}`,
    ...FILES.filter((file) => !isBesideMoto(file)),
  ];
  const credentials = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: '',
  };
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...credentials, TRIBUTARY_ENDPOINT: endpoint },
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  const report = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  for (const test of report.testResults.flatMap((file) => file.assertionResults)) {
    if (test.status === 'failed') console.log(`differs: ${test.fullName}`);
  }
  for (const file of FILES.filter(isBesideMoto)) console.log(`not asked of moto: ${file}`);
  console.log(`moto: ${report.numPassedTests} passed, ${report.numFailedTests} failed`);
  return exitCode === 0 && report.numPassedTests > 0 ? 0 : 1;
}
