/**
 * Parsing and reading against the yardstick: `node bench/hl7-parse.ts`. Goal: at most 1.5 times its time, while giving
 * charsets, limits, any encoding characters, all escapes and findings. Exits 1 beyond 1.5 times the goal.
 */
import { createFramer } from '../core/hl7v2/framing.ts';
import { parseMessage } from '../core/hl7v2/parse.ts';
import { IndexScanner } from './index-scanner.ts';

const rounds = 15;
const sliceMs = 100;
const goal = 1.5;

/** What is read of each segment: fields, components. */
type Reading = readonly { readonly segment: string; readonly fields: readonly (readonly [number, number])[] }[];

const patient: Reading = [
  {
    segment: 'MSH',
    fields: [
      [9, 1],
      [9, 2],
      [10, 1],
      [7, 1],
      [12, 1],
    ],
  },
  {
    segment: 'PID',
    fields: [
      [3, 1],
      [3, 4],
      [3, 5],
      [5, 1],
      [5, 2],
      [5, 3],
      [7, 1],
      [8, 1],
      [11, 1],
      [11, 3],
      [11, 5],
      [13, 1],
    ],
  },
  {
    segment: 'PV1',
    fields: [
      [2, 1],
      [3, 1],
      [3, 2],
      [7, 1],
      [7, 2],
      [19, 1],
      [44, 1],
    ],
  },
];
const results: Reading = [
  ...patient,
  {
    segment: 'OBX',
    fields: [
      [2, 1],
      [3, 1],
      [3, 2],
      [3, 3],
      [5, 1],
      [6, 1],
      [7, 1],
      [8, 1],
      [11, 1],
    ],
  },
];

function patientLines(seed: number): string[] {
  const pad = '|'.repeat(8);
  return [
    `MSH|^~\\&|APP|FACILITY|RECEIVER|HOSPITAL|20240101120000||ADT^A01^ADT_A01|MSG${seed}|P|2.5.1||||||UNICODE UTF-8`,
    'EVN|A01|20240101120000',
    `PID|1||${seed}^^^HOSP&1.2.3.4&ISO^MR~99${seed}^^^SSA^SS~7${seed}^^^NAT^NI||Müller \\T\\ Søn^Ana^Maria^^Dr.||19800101|F||2106-3|${seed} Main St^^Springfield^IL^62701^USA||555-0100${pad}`,
    `NK1|1|Doe^Jane|SPO|1 Side St^^Springfield${pad}`,
    `PV1|1|I|ICU^101^A^HOSP${pad}|||1234^Welby^Marcus^^^^^^NPI||||||||V${seed}^^^HOSP^VN${'|'.repeat(25)}20240101`,
    ...Array.from({ length: 11 }, (_, at) => `DG1|${at}|I10|I1${at}^Essential hypertension^I10||20240101|A${pad}`),
  ];
}

function resultLines(seed: number): string[] {
  const observation = (_: unknown, at: number): string =>
    `OBX|${at}|NM|${1000 + at}-1^Some analyte in plasma^LN||${seed % 90}.${at}|mmol/L^millimole per liter^UCUM|3.5-5.1|N|||F|||20240101113000||77^Tech^Lab`;
  return [
    ...patientLines(seed).slice(0, 5),
    `OBR|1|P${seed}|F${seed}|24323-8^CMP^LN|||20240101113000`,
    ...Array.from({ length: 30 }, observation),
  ];
}

function ours(bytes: Uint8Array, reading: Reading): number {
  const parsed = parseMessage(bytes, {});
  if (!parsed.ok) throw new Error('The bench message was refused');
  let length = 0;
  for (const { segment, fields } of reading) {
    for (const found of parsed.value.all(segment))
      for (const [field, component] of fields) length += found.text(field, 1, component).length;
  }
  return length;
}

function yardstick(bytes: Uint8Array, reading: Reading): number {
  const scanner = new IndexScanner(bytes);
  let length = 0;
  for (const { segment, fields } of reading) {
    // The yardstick counts MSH from its second separator.
    const shift = segment === 'MSH' ? 1 : 0;
    for (const place of scanner.all(segment))
      for (const [field, component] of fields) length += scanner.read(place, field - shift, component).length;
  }
  return length;
}

/** Microseconds of CPU per message over one slice. */
function slice(
  read: (bytes: Uint8Array, reading: Reading) => number,
  messages: readonly Uint8Array[],
  reading: Reading,
): number {
  const begun = process.cpuUsage();
  const until = performance.now() + sliceMs;
  let count = 0;
  while (performance.now() < until) for (const message of messages) count += read(message, reading) > 0 ? 1 : 0;
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / count;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

function compare(name: string, lines: (seed: number) => string[], reading: Reading): number {
  const messages = Array.from({ length: 300 }, (_, seed) => new TextEncoder().encode(`${lines(seed).join('\r')}\r`));
  const [first] = messages;
  if (first === undefined || ours(first, reading) !== yardstick(first, reading))
    throw new Error('The two read different texts');
  const pairs = Array.from(
    { length: rounds },
    () => [slice(yardstick, messages, reading), slice(ours, messages, reading)] as const,
  );
  const ratio = median(pairs.map(([theirs, own]) => own / theirs));
  const best = Math.min(...pairs.map(([, own]) => own));
  const megabytes = messages.reduce((sum, message) => sum + message.length, 0) / messages.length / best;
  console.log(
    `${name}: ${ratio.toFixed(2)} times the yardstick (goal ${goal}), best ${best.toFixed(1)} µs a message, ${megabytes.toFixed(0)} MB/s`,
  );
  return ratio;
}

function frame(bytes: Uint8Array): number {
  const framer = createFramer({ messageBytes: 10 * 1024 * 1024 });
  let frames = 0;
  for (let at = 0; at < bytes.length; at += 65_536) frames += framer.push(bytes.subarray(at, at + 65_536)).length;
  return frames + framer.finish().length;
}

function frameRate(): void {
  const text = Array.from({ length: 2000 }, (_, seed) => `${resultLines(seed).join('\r')}\r`).join('');
  const bytes = new TextEncoder().encode(text);
  const milliseconds = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    if (frame(bytes) !== 2000) throw new Error('The framer lost a message');
    return performance.now() - begun;
  });
  console.log(`framing: ${(bytes.length / median(milliseconds) / 1000).toFixed(0)} MB/s`);
}

const worst = Math.max(compare('ADT', patientLines, patient), compare('ORU', resultLines, results));
frameRate();
process.exitCode = worst > goal * 1.5 ? 1 : 0;
