import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import { type Ended, tributary } from './support/command.ts';
import { countFhir, readFhir, searchFhir } from './support/fhir.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { takeDeadLetters } from './support/queue.ts';
import { hasSharedData, sharedData } from './support/shared-data.ts';

interface Retired {
  readonly id: string;
  readonly identifier: readonly { readonly value: string }[];
  readonly link: readonly [{ readonly type: string; readonly other: { readonly reference: string } }];
}

const file = join(sharedData, 'hl7v2/simhospital-1013.hl7');

/** The drop read by nothing but string operations, so that the product is held against something that is not it. */
function scan(): {
  types: string[];
  units: Set<string>;
  reports: Set<string>;
  patients: Set<string>;
  retired: string[];
} {
  const messages = readFileSync(file, 'latin1')
    .split(/(?=^MSH\|)/m)
    .map((message) => message.split(/[\r\n]+/).map((line) => line.split('|')));
  const typeOf = (message: string[][]) => message[0]?.[8] ?? '';
  const results = messages.filter((message) => typeOf(message) === 'ORU^R01').flat();
  return {
    types: messages.map(typeOf),
    // A merge names a patient more: the one that it retires (MRG-1).
    patients: new Set(messages.flat().flatMap((field) => numberIn(field, 'PID', 3).concat(numberIn(field, 'MRG', 1)))),
    retired: messages.flat().flatMap((field) => numberIn(field, 'MRG', 1)),
    reports: new Set(results.flatMap((field) => (field[0] === 'OBR' ? [`${field[3]} ${field[4]}`] : []))),
    units: unitsOf(results),
  };
}

const numberIn = (field: readonly string[], segment: string, at: number): string[] =>
  field[0] === segment ? [(field[at] ?? '').split('^')[0] ?? ''] : [];

/** A unit: what was observed, and its sub-id, within one report (OBX-3, OBX-4). Repeats of one unit are one observation. */
function unitsOf(segments: readonly string[][]): Set<string> {
  const units = new Set<string>();
  let report = '';
  for (const field of segments) {
    if (field[0] === 'OBR') report = `${field[3]} ${field[4]}`;
    if (field[0] === 'OBX') units.add(`${report} ${field[3]} ${field[4]}`);
  }
  return units;
}

describe.skipIf(!hasSharedData)('the 1,013 messages of SimHospital', () => {
  let pipeline: Pipeline;
  let raw: ReturnType<typeof scan>;
  let byDefault: Ended;
  let loaded: RunResult;
  let pointers: Awaited<ReturnType<typeof takeDeadLetters>>;
  beforeAll(async () => {
    pipeline = await startPipeline();
    raw = scan();
    byDefault = await tributary(['run', file, '--feed', 'default', '--json'], { AWS_ENDPOINT_URL: pipeline.endpoint });
    // The shipped feed but for its notes: reading them is another suite's, and takes as long as the service allows.
    const shipped = readFileSync(new URL('../../mappings/feeds/simhospital.yaml', import.meta.url), 'utf8');
    const feed = join(pipeline.directory, 'simhospital.yaml');
    writeFileSync(feed, shipped.replace(/^notes: .*$/m, 'notes: off'));
    loaded = await pipeline.drop([file], feed);
    pointers = await takeDeadLetters();
  });
  afterAll(() => pipeline?.close());

  test('end all filtered under the default feed, which takes production messages only', async () => {
    expect(byDefault.code).toBe(0);
    expect(JSON.parse(byDefault.stdout)).toMatchObject({
      ...{ in: 1013, filtered: 1013, imported: 0, dead: 0, balanced: true, resources: {} },
      filteredByReason: { 'not-production': 1013 },
    });
  });

  test('balance under their own feed, and all are imported or superseded', () => {
    expect(raw.types).toHaveLength(1013);
    expect(loaded).toMatchObject({ in: 1013, dead: 0, duplicate: 0, filtered: 0, balanced: true, open: [] });
    expect(loaded.imported + loaded.superseded).toBe(1013);
  });

  test('leave no dead letter', () => {
    expect(pointers).toEqual([]);
  });

  test('load the one merge: the retired patient is inactive and names the survivor, which names it', async () => {
    expect(raw.types.filter((type) => type === 'ADT^A34')).toHaveLength(1);
    const retired = (await searchFhir(pipeline, 'Patient?_count=100')).filter(({ active }) => active === false);
    expect(retired).toHaveLength(1);
    const [{ id, identifier, link }] = retired as unknown as [Retired];
    // Earlier messages gave it further numbers, which it keeps.
    expect(identifier.map(({ value }) => value)).toEqual(expect.arrayContaining([...raw.retired]));
    expect(link).toMatchObject([{ type: 'replaced-by' }]);
    expect(await readFhir(pipeline, link[0].other.reference)).toMatchObject({
      link: [{ type: 'replaces', other: { reference: `Patient/${id}` } }],
    });
  });

  test('make every observation, report and patient searchable that the raw bytes hold', async () => {
    expect(raw.units.size).toBeGreaterThan(3000);
    const observations = await searchFhir(pipeline, 'Observation?_count=100');
    expect(observations).toHaveLength(raw.units.size);
    expect(await countFhir(pipeline, 'Observation')).toBe(raw.units.size);
    expect(await countFhir(pipeline, 'DiagnosticReport')).toBe(raw.reports.size);
    expect(await countFhir(pipeline, 'Patient')).toBe(raw.patients.size);
    const listed = (await searchFhir(pipeline, 'DiagnosticReport?_count=100')).flatMap(
      ({ result }) => result as { reference: string }[],
    );
    expect(new Set(listed.map(({ reference }) => reference))).toEqual(
      new Set(observations.map(({ id }) => `Observation/${id}`)),
    );
  });

  test('pass without a fault of the embedded cloud', () => {
    expect(pipeline.faults).toEqual([]);
  });
});
