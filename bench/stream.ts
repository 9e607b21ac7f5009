/**
 * One worker over a file: frames, converts, validates and writes NDJSON to nowhere. Prints `{ messages, microseconds, rssBytes }`:
 * CPU time a message after a warm-up, and the highest resident size. Run by `bench/memory.ts` in a process of its own.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createFramer, type Frame } from '../core/hl7v2/framing.ts';
import { convertAndCheck } from './convert-message.ts';

const BLOCK = 256 * 1024;
const path = process.argv[2];
if (path === undefined) throw new Error('Name the file');

const file = openSync(path, 'r');
const framer = createFramer({ messageBytes: 10 * 1024 * 1024 });
const block = new Uint8Array(BLOCK);
// What stands in memory of the file: bytes from `base` on.
let held: Uint8Array = new Uint8Array(0);
let base = 0;
let messages = 0;
let bytesOut = 0;

function take(frames: readonly Frame[]): void {
  for (const { start, end } of frames) {
    bytesOut += convertAndCheck(held.subarray(start - base, end - base));
    messages += 1;
  }
  const last = frames.at(-1);
  if (last === undefined) return;
  held = held.slice(last.end - base);
  base = last.end;
}

const begun = process.cpuUsage();
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
const { user, system } = process.cpuUsage(begun);
const rssBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ messages, bytesOut, microseconds: (user + system) / messages, rssBytes }));
