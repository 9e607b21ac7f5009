import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import { convertCalls, finishedChunks, observe } from './kill-observer.ts';
import { readStore } from './kill-store.ts';
import { type CommandProcess, endpointOf, startCommand } from './scan/command-process.ts';
import { tributary } from './support/command.ts';
import type { Stored } from './support/fhir.ts';
import { type Pointer, takeDeadLetters } from './support/queue.ts';
import { hasSharedData, sharedData } from './support/shared-data.ts';

const shippedFeed = new URL('../../mappings/feeds/simhospital.yaml', import.meta.url);
/** 1,013 messages, a hundred to a chunk. */
const chunks = 11;

interface Kill {
  readonly at: string;
  /** Chunks whose work was finished by then, and how often each chunk had been begun. */
  readonly finished: readonly number[];
  readonly calls: ReadonlyMap<number, number>;
}

let top: string;
let drop: string;
const place = (name: string) => join(top, name);
const kills: Kill[] = [];
let straight: RunResult;
let resumed: { readonly result: RunResult; readonly code: number | null };
let stores: { readonly straight: readonly Stored[]; readonly resumed: readonly Stored[] };
let pointers: readonly Pointer[];
let dead: string;

/** The 1,013 messages, one of them of a type that is not mapped, so that something is dead. */
async function dropWithOneDead(): Promise<string> {
  const text = await readFile(join(sharedData, 'hl7v2/simhospital-1013.hl7'), 'latin1');
  const path = place('simhospital-one-dead.hl7');
  await writeFile(path, text.replace('|ADT^A34|', '|MFN^M02|'), 'latin1');
  return path;
}

/** Feeds of the same name are published anew by every start, so the copy that reads no notes has one of its own. */
async function feedWithoutNotes(): Promise<string> {
  const text = await readFile(shippedFeed, 'utf8');
  const path = place('simhospital-without-notes.yaml');
  await writeFile(
    path,
    text.replace(/^feed: .*$/m, 'feed: simhospital-without-notes').replace(/^notes: .*$/m, 'notes: off'),
  );
  return path;
}

/** Starts the command, waits until it has come so far, and kills it as `kill -9` does. */
async function killedWhen(at: string, args: readonly string[], reached: (endpoint: string) => Promise<boolean>) {
  const before = await readFile(place('killed/endpoint'), 'utf8').catch(() => undefined);
  const child: CommandProcess = startCommand([...args, '--directory', place('killed')], overrides());
  const endpoint = await endpointOf(place('killed'), before?.trim());
  while (!(await reached(endpoint))) await sleep(10);
  await child.end('SIGKILL');
  kills.push({ at, finished: finishedChunks(place('killed')), calls: convertCalls(place('tasks.Convert.input')) });
}

function overrides(): Record<string, string> {
  const admit = new URL('./kill-while-admitting.ts', import.meta.url);
  admit.searchParams.set('mark', place('admitting'));
  const convert = new URL('./kill-slow-convert.ts', import.meta.url);
  convert.searchParams.set('record', place('tasks'));
  return { TRIBUTARY_FUNCTION_OVERRIDES: JSON.stringify({ Admit: admit.href, Convert: convert.href }) };
}

async function runKilledAndResumed(feed: string): Promise<void> {
  const again = ['start', '--once'];
  const isThere = async (name: string) =>
    await readFile(place(name)).then(
      () => true,
      () => false,
    );
  await killedWhen('while it is admitted', ['run', drop, '--feed', feed], () => isThere('admitting'));
  for (const percent of [25, 50, 75])
    await killedWhen(`at ${percent} %`, again, async (endpoint) => {
      return (await observe(endpoint).convertedChunks()) >= (chunks * percent) / 100;
    });
  await killedWhen('while the import runs', again, async (endpoint) => {
    return (await observe(endpoint).importJobStatuses()).includes('IN_PROGRESS');
  });
  const { code, stdout } = await tributary([...again, '--json', '--directory', place('killed')], overrides());
  resumed = { code, result: JSON.parse(stdout) as RunResult };
}

describe.skipIf(!hasSharedData)('a run that is killed five times and started again', () => {
  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), 'tributary-kill-'));
    drop = await dropWithOneDead();
    const feed = await feedWithoutNotes();
    const once = await tributary(['run', drop, '--feed', feed, '--json', '--directory', place('straight')]);
    straight = JSON.parse(once.stdout) as RunResult;
    await runKilledAndResumed(feed);
    dead = (await tributary(['dead', 'list', '--json', '--directory', place('killed')])).stdout;
    const read = await readStore(place('killed'), takeDeadLetters);
    pointers = read.also;
    stores = { resumed: read.store, straight: (await readStore(place('straight'), async () => [])).store };
  }, 240_000);
  afterAll(() => rm(top, { recursive: true, force: true }));

  test('was killed where it should be', () => {
    const done = kills.map(({ finished }) => finished.length);
    expect(kills.map(({ at }) => at)).toEqual([
      ...['while it is admitted', 'at 25 %', 'at 50 %', 'at 75 %', 'while the import runs'],
    ]);
    expect(done[0]).toBe(0);
    expect(done[1]).toBeLessThan(done[2] ?? 0);
    expect(done[2]).toBeLessThan(done[3] ?? 0);
    expect(done[3]).toBeLessThan(chunks);
    expect(done[4]).toBe(chunks);
  });

  test('ends balanced, with what one run gives', () => {
    expect(resumed.result).toMatchObject({ in: 1013, dead: 1, duplicate: 0, filtered: 0, balanced: true, open: [] });
    expect(resumed.result.imported + resumed.result.superseded).toBe(1012);
    // Something is dead, so `start --once` exits as `run` does.
    expect(resumed.code).toBe(1);
    const { seconds: _s, endpoint: _e, batches: _b, importJobs, ...told } = straight;
    expect(resumed.result).toMatchObject(told);
    expect(resumed.result.importJobs).toHaveLength(importJobs.length);
  });

  test('converts no chunk again that was finished', () => {
    const atTheEnd = convertCalls(place('tasks.Convert.input'));
    expect(atTheEnd.size).toBe(chunks);
    for (const { at, finished, calls } of kills)
      for (const chunk of finished) expect(atTheEnd.get(chunk), `chunk ${chunk}, ${at}`).toBe(calls.get(chunk));
  });

  test('loads every resource once, and as one run does', () => {
    expect(new Set(stores.resumed.map(({ meta }) => meta.versionId))).toEqual(new Set(['1']));
    const content = (resources: readonly Stored[]) =>
      new Map(resources.map(({ meta: _meta, ...resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
    expect(stores.resumed.length).toBeGreaterThan(4000);
    expect(content(stores.resumed)).toEqual(content(stores.straight));
  });

  test('tells of its one dead message once', () => {
    expect(dead.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(dead)).toMatchObject({ reason: 'message-type-unsupported', batch: resumed.result.batches[0] });
    // The pointer may come again, but it is one.
    expect(new Set(pointers.map(({ batch, ordinal }) => `${batch}#${ordinal}`)).size).toBe(1);
  });

  test('is not open any more: another start has nothing to do', async () => {
    const idle = await tributary(['start', '--once', '--directory', place('killed')], overrides());
    expect(idle).toMatchObject({ code: 0, stdout: 'Nothing is open.\n' });
  });
});
