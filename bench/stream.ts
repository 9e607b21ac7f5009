/**
 * One worker over a file: frames, converts, validates and writes NDJSON to nowhere. Prints CPU time a message after the
 * first `warmUpBytes` of the file, the same of the converter written by hand, in turns on every tenth message, and the
 * highest resident size of all. Run by `bench/memory.ts` in a process of its own.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { keepObjectsYoung } from '../adapters/young-objects.ts';
import { createFramer, type Frame } from '../core/hl7v2/framing.ts';
import { convertAndCheck } from './convert-message.ts';
import { convertByHand } from './hand-written/convert.ts';

// As the task that converts does.
keepObjectsYoung();

const BLOCK = 256 * 1024;
const BY_HAND_EVERY = 10;
const path = process.argv[2];
const warmUpBytes = Number(process.argv[3]);
if (path === undefined || Number.isNaN(warmUpBytes)) throw new Error('Name the file and the bytes of its warm-up');

const file = openSync(path, 'r');
const framer = createFramer({ messageBytes: 10 * 1024 * 1024 });
const block = new Uint8Array(BLOCK);
// What stands in memory of the file: bytes from `base` on.
let held: Uint8Array = new Uint8Array(0);
let base = 0;
let bytesOut = 0;

interface Spent {
  messages: number;
  microseconds: number;
}
const ours: Spent = { messages: 0, microseconds: 0 };
const byHand: Spent = { messages: 0, microseconds: 0 };

function spend(spent: Spent, convert: (bytes: Uint8Array) => number, frames: readonly Frame[]): void {
  const begun = process.cpuUsage();
  for (const { start, end } of frames) bytesOut += convert(held.subarray(start - base, end - base));
  const { user, system } = process.cpuUsage(begun);
  if (base < warmUpBytes) return;
  spent.messages += frames.length;
  spent.microseconds += user + system;
}

function take(frames: readonly Frame[]): void {
  spend(ours, convertAndCheck, frames);
  spend(
    byHand,
    (bytes) => convertByHand(bytes).length,
    frames.filter((_, at) => at % BY_HAND_EVERY === 0),
  );
  const last = frames.at(-1);
  if (last === undefined) return;
  held = held.slice(last.end - base);
  base = last.end;
}

for (;;) {
  const read = readSync(file, block, 0, BLOCK, null);
  if (read === 0) break;
  const chunk = block.subarray(0, read);
  const joined = new Uint8Array(held.length + read);
  joined.set(held);
  joined.set(chunk, held.length);
  held = joined;
  take(framer.push(chunk));
}
take(framer.finish());
closeSync(file);
const rssBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ours, byHand, bytesOut, rssBytes }));
