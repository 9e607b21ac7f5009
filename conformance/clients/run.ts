/** Drives the whole pipeline with clients that we did not write: boto3, plain HTTP and the AWS CLI. Says what it skips. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startPipeline } from '../../test/end-to-end/support/pipeline.ts';
import { findPython } from '../python.ts';
import { awsCliVersion, driveWithAwsCli } from './aws-cli.ts';

const python = findPython(['boto3']);
const cli = awsCliVersion();
if ('skipped' in python) console.log(`boto3: skipped, no Python/boto3 (${python.skipped})`);
else if (!(await againstPipeline((endpoint) => runPython(python.path, endpoint)))) process.exitCode = 1;
if (cli === undefined) console.log('AWS CLI: skipped, no "aws" on this machine');
else {
  console.log(cli);
  if (!(await againstPipeline(async (endpoint) => (await driveWithAwsCli(endpoint)) === 0))) process.exitCode = 1;
}

/** Each client gets a pipeline of its own, so that none finds what another left. */
async function againstPipeline(drive: (endpoint: string) => Promise<boolean>): Promise<boolean> {
  const pipeline = await startPipeline();
  try {
    const isWell = await drive(pipeline.endpoint);
    for (const fault of pipeline.faults) console.log(`fault in the embedded cloud: ${fault}`);
    return isWell && pipeline.faults.length === 0;
  } finally {
    await pipeline.close();
  }
}

async function runPython(path: string, endpoint: string): Promise<boolean> {
  const script = fileURLToPath(new URL('pipeline.py', import.meta.url));
  const child = spawn(path, [script, endpoint], { stdio: 'inherit' });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode === 0;
}
