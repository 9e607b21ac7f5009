import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capturedByApi, capturedFromFiles, capturedFromHandlers } from './scan/captured-cloud.ts';
import { capturedExecutions } from './scan/captured-executions.ts';
import { plantedEvents, plantedFiles, plantedObjects } from './scan/drops.ts';
import { Planter } from './scan/messages.ts';
import { type Channel, findLeaks, type Leak } from './scan/scanner.ts';
import { type Stage, startStage } from './scan/stage.ts';
import type { Ended } from './support/command.ts';
import { until } from './support/until.ts';

const plant = new Planter();
const printed: Channel[] = [];
let stage: Stage;
let channels: readonly Channel[];
let leaks: readonly Leak[];
let book: { batches: readonly Told[] };
let dead: readonly { batch: string; ordinal: number; reason: string; stage: string }[];

/** What `status --json` tells of one batch, as far as it is looked at here. */
interface Told {
  readonly batch: string;
  readonly state: string;
  readonly balanced: boolean;
  readonly counts: Readonly<Record<'imported' | 'filtered' | 'duplicate' | 'dead', number>>;
  readonly notes?: { readonly read: number; readonly state: string };
}

function keep(name: string, { stdout, stderr }: Ended): void {
  printed.push({ name: `${name}: stdout`, content: stdout }, { name: `${name}: stderr`, content: stderr });
}

async function overview(): Promise<typeof book> {
  return JSON.parse((await stage.command('status', '--json')).stdout) as typeof book;
}

beforeAll(async () => {
  stage = await startStage(new URL('./scan/recording-handler.ts', import.meta.url));
  const [files, objects, events] = [plantedFiles(plant), plantedObjects(plant), plantedEvents(plant)];
  for (const planted of files) {
    const flags = planted.feed === 'canary-refused' ? ['--json'] : [];
    keep(`run of a ${planted.feed} file`, await stage.run(planted, ...flags));
  }
  for (const { key, body } of objects)
    await new S3Client({}).send(new PutObjectCommand({ Bucket: 'tributary-inbox', Key: key, Body: body }));
  const entries = events.map((entry) => ({ ...entry, Source: 'engine', EventBusName: 'tributary-engine' }));
  await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: entries }));
  await until('every batch to be closed', async () => {
    book = await overview();
    const done = book.batches.every(({ state, notes }) => state === 'closed' && (notes?.state ?? 'read') === 'read');
    return done && book.batches.length === files.length + objects.length + events.length ? true : undefined;
  });
  await askEverything();
  const asked = [...(await capturedExecutions()), ...(await capturedByApi())];
  await stage.server.end('SIGINT');
  printed.push({ name: 'start: stdout', content: stage.server.stdout() });
  printed.push({ name: 'start: stderr', content: stage.server.stderr() });
  channels = [...printed, ...asked, ...capturedFromFiles(stage.directory), ...capturedFromHandlers(stage.records)];
  leaks = findLeaks(channels, plant.canaries);
}, 180_000);

afterAll(() => stage.clean());

async function askEverything(): Promise<void> {
  const list = await stage.command('dead', 'list', '--json');
  dead = list.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as (typeof dead)[number]);
  keep('dead --json', list);
  const main = book.batches.find(({ counts }) => counts.imported > 1 && counts.dead > 5)?.batch ?? '';
  const byStage = [...Map.groupBy(dead, (letter) => letter.stage).values()].map(([first]) => first);
  const shown = byStage.flatMap((letter) => (letter === undefined ? [] : [`${letter.batch}#${letter.ordinal}`]));
  const asked = [['status'], ['status', '--json'], ['status', main], ['status', main, '--json'], ['dead', 'list']];
  for (const words of [...asked, ...shown.map((address) => ['dead', 'show', address])])
    keep(words.join(' '), await stage.command(...words));
}

/** The commands that tell a person which file it was. */
const tellsTheFile = /^(status|dead).*: stdout$/;
const fileNames = /^(name of the|a folder in the key|a key)/;
const isTheFile = ({ channel, place, encoding }: Leak): boolean =>
  tellsTheFile.test(channel) && fileNames.test(place) && encoding === 'raw, as it is';

test('no canary is in anything that was printed, logged, queued, keyed or given to an execution, in any encoding', () => {
  expect(plant.canaries.length).toBeGreaterThan(200);
  expect(plant.canaries.filter(({ text }) => text.length < 10)).toEqual([]);
  expect(leaks.filter((leak) => !isTheFile(leak))).toEqual([]);
});

test('the name of a file is told by `status` and `dead`, and by nothing else', () => {
  const told = leaks.filter(({ place }) => place === 'name of the HL7 file');
  expect(new Set(told.map(({ channel }) => channel.match(/^\w+/)?.[0]))).toEqual(new Set(['status', 'dead']));
});

test('the canaries went through every way in which a message ends', () => {
  expect(book.batches.every(({ balanced }) => balanced)).toBe(true);
  const ends = book.batches.reduce<Record<string, number>>(
    (sum, { counts, notes }) => ({
      imported: (sum['imported'] ?? 0) + counts.imported,
      filtered: (sum['filtered'] ?? 0) + counts.filtered,
      duplicate: (sum['duplicate'] ?? 0) + counts.duplicate,
      notes: (sum['notes'] ?? 0) + (notes?.read ?? 0),
    }),
    {},
  );
  for (const [end, number] of Object.entries(ends)) expect(number, end).toBeGreaterThan(0);
  const reasons = [...new Set(dead.map(({ reason }) => reason))].toSorted();
  expect(reasons).toEqual(
    [
      ...['drop-empty', 'drop-format-mismatch', 'drop-gzip-corrupt', 'drop-key-refused', 'drop-not-found'],
      ...['event-malformed', 'event-pointer-refused', 'feed-unknown', 'tenant-unknown'],
      ...[
        'message-unreadable',
        'message-truncated',
        'message-too-large',
        'message-charset',
        'message-type-unsupported',
      ],
      ...['segment-missing', 'no-patient-id', 'future-time', 'time-unreadable', 'partial'],
      ...['header-invalid', 'record-ragged', 'record-unreadable', 'table-unknown'],
    ].toSorted(),
  );
});

test('every channel was there to be searched', () => {
  const sizes = new Map(channels.map(({ name, content }) => [name, content.length]));
  const expected = [
    ...['start: stdout', 'queue tributary-dead-letters', 'keys of the work bucket', 'import jobs', 'ledger'],
    ...['executions of tributary-ingest', 'executions of tributary-import', 'executions of tributary-enrich'],
    ...['file stepfunctions', 'rows of stepfunctions', 'file lambda', 'rows of healthlake/healthlake'],
    ...['Convert.input', 'Convert.output', 'Extract.input', 'Receive.thrown'].map((name) => `handlers tasks.${name}`),
  ];
  expect(expected.filter((name) => (sizes.get(name) ?? 0) < 20)).toEqual([]);
  expect(dead.length).toBeGreaterThan(30);
});
