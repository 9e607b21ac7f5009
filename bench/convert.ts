/**
 * Conversion, bytes of a message to bytes of NDJSON, beside a converter written by hand for the same messages
 * (`hand-written/`), in one process and in turns. Goals: at most 1.5 times its time, at most 2 times with validation.
 * Also beside the parser of node-hl7-client alone, which converts nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import { Message } from 'node-hl7-client';
import { convert, convertAndCheck, ndjsonOf, renderedOf } from './convert-message.ts';
import { convertByHand } from './hand-written/convert.ts';
import { admission, bytesOf, document, result } from './messages.ts';
import { medianRatio, type Work } from './rounds.ts';

const byHand = (bytes: Uint8Array): number => convertByHand(bytes).length;

/** Both must say the same, or the comparison means nothing; the order of resources and elements is free. */
function holdEqual(name: string, bytes: Uint8Array): void {
  const resourcesOf = (ndjson: Uint8Array): unknown[] =>
    new TextDecoder()
      .decode(ndjson)
      .trim()
      .split('\n')
      .toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
      .map((line) => JSON.parse(line) as unknown);
  const ours = resourcesOf(ndjsonOf(renderedOf(bytes)));
  const theirs = resourcesOf(convertByHand(bytes));
  for (const [at, resource] of ours.entries()) {
    if (isDeepStrictEqual(resource, theirs[at])) continue;
    throw new Error(`${name}: the two differ:\n${JSON.stringify(resource)}\n${JSON.stringify(theirs[at])}`);
  }
  if (ours.length !== theirs.length) throw new Error(`${name}: ${ours.length} resources, by hand ${theirs.length}`);
}

const idOf = (line: string): string => /"id":"([^"]+)"/.exec(line)?.[1] ?? '';

/** What node-hl7-client takes to parse a message and to read a name and each observation. */
function readByPeer(text: string): number {
  const message = new Message({ text });
  let length = message.get('PID.5.1').toString().length;
  if (!text.includes('\rOBX|')) return length;
  message.get('OBX').forEach((obx) => {
    length += obx.get('OBX.3.1').toString().length + obx.get('OBX.5.1').toString().length;
  });
  return length;
}

/** Prints the ratios of one message type; answers how far the worse one is from its goal. */
function compare(name: string, lines: (seed: number) => string[]): number {
  const messages = Array.from({ length: 200 }, (_, seed) => bytesOf(lines(seed + 1)));
  for (const message of messages.slice(0, 3)) holdEqual(name, message);
  const texts = new Map(messages.map((bytes) => [bytes, new TextDecoder().decode(bytes)]));
  const parse: Work = (bytes) => readByPeer(texts.get(bytes) ?? '');
  const ratios = medianRatio(messages, byHand, { plain: convert, checked: convertAndCheck, parse });
  console.log(
    `${name}: ${ratios.plain.toFixed(2)} times by hand (goal 1.5), ${ratios.checked.toFixed(2)} with validation (goal 2); ` +
      `node-hl7-client, parsing and reading alone: ${ratios.parse.toFixed(2)}`,
  );
  return Math.max(ratios.plain / 1.5, ratios.checked / 2);
}

const worst = Math.max(compare('ADT^A01', admission), compare('ORU^R01', result), compare('MDM^T02', document));
// A noisy machine must not fail what is near its goal.
process.exitCode = worst > 1.5 ? 1 : 0;
