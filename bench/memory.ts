/**
 * Time a message and memory of one worker over files of 50 and of 500 MB, each after some more that warm it up and are not
 * timed. Goals: within 10 % of each other, and under 200 MB. `--small` takes 5 and 50 MB. The machine may be slower in one
 * run than in the other, so the times stand beside those of the converter written by hand in the same run.
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

/** What V8 takes to compile what is hot, which a short run would feel and a long one would not. */
const WARM_UP = 20 * MB;

interface Spent {
  readonly messages: number;
  readonly microseconds: number;
}

interface Measured {
  readonly ours: Spent;
  readonly byHand: Spent;
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
  writeDrop(path, WARM_UP + megabytes * MB);
  const program = join(import.meta.dirname, 'stream.ts');
  const printed = execFileSync(process.execPath, [SEMI_SPACE, program, path, String(WARM_UP)], { encoding: 'utf8' });
  rmSync(path);
  const measured = JSON.parse(printed) as Measured;
  const { ours, byHand, rssBytes } = measured;
  console.log(
    `${megabytes} MB: ${ours.messages} messages, ${each(ours).toFixed(0)} µs each (by hand, unchecked: ${each(byHand).toFixed(0)}), ` +
      `at most ${(rssBytes / MB).toFixed(0)} MB resident (goal 200)`,
  );
  return measured;
}

const each = ({ messages, microseconds }: Spent): number => microseconds / messages;
const timesByHand = ({ ours, byHand }: Measured): number => each(ours) / each(byHand);

const sizes = process.argv.includes('--small') ? ([5, 50] as const) : ([50, 500] as const);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const [small, large] = [measure(folder, sizes[0]), measure(folder, sizes[1])];
  const ratio = timesByHand(large) / timesByHand(small);
  const plain = each(large.ours) / each(small.ours);
  console.log(
    `time a message at ${sizes[1]} MB: ${ratio.toFixed(2)} times that at ${sizes[0]} MB (goal 0.90 to 1.10), ` +
      `${plain.toFixed(2)} by the clock of this machine alone`,
  );
  process.exitCode = ratio > 1.3 || large.rssBytes > 300 * MB ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
