/**
 * Time a message and memory of one worker over files of 50 and of 500 MB. Goals: within 10 % of each other, and under
 * 200 MB. `--small` takes 5 and 50 MB.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { semiSpaceMb } from '../infra/topology.ts';
import { admission, bytesOf, document, result } from './messages.ts';

const MB = 1024 * 1024;
/** As the tasks run: V8 would let its young generation grow with the machine's memory. */
const SEMI_SPACE = `--max-semi-space-size=${semiSpaceMb}`;

interface Measured {
  readonly messages: number;
  readonly microseconds: number;
  readonly rssBytes: number;
}

function writeDrop(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  let written = 0;
  for (let seed = 1; written < bytes; seed += 1) {
    written += writeSync(file, bytesOf([...admission(seed), ...result(seed), ...document(seed)]));
  }
  closeSync(file);
}

function measure(folder: string, megabytes: number): Measured {
  const path = join(folder, `${megabytes}.hl7`);
  writeDrop(path, megabytes * MB);
  const printed = execFileSync(process.execPath, [SEMI_SPACE, join(import.meta.dirname, 'stream.ts'), path], {
    encoding: 'utf8',
  });
  const measured = JSON.parse(printed) as Measured;
  const { messages, rssBytes } = measured;
  console.log(`${megabytes} MB: ${messages} messages, at most ${(rssBytes / MB).toFixed(0)} MB resident (goal 200)`);
  return measured;
}

const sizes = process.argv.includes('--small') ? ([5, 50] as const) : ([50, 500] as const);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const [small, large] = [measure(folder, sizes[0]), measure(folder, sizes[1])];
  const ratio = large.microseconds / small.microseconds;
  console.log(`time a message at ${sizes[1]} MB: ${ratio.toFixed(2)} times that at ${sizes[0]} MB (goal 0.90 to 1.10)`);
  process.exitCode = ratio > 1.3 || large.rssBytes > 300 * MB ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
