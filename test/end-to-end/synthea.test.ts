import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import { countFhir, searchFhir } from './support/fhir.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';
import { hasSharedData, sharedData } from './support/shared-data.ts';

const folder = join(sharedData, 'csv/synthea-3-patients/csv');

/** Rows of a table by a CSV reader that is not ours. */
function rows(table: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, `${table}.csv`)), { columns: true });
}

describe.skipIf(!hasSharedData)("Synthea's CSV export of three patients", () => {
  let pipeline: Pipeline;
  let result: RunResult;
  let again: RunResult;
  beforeAll(async () => {
    pipeline = await startPipeline();
    result = await pipeline.drop([folder], 'synthea');
    again = await pipeline.drop([join(folder, 'encounters.csv'), join(folder, 'patients.csv')], 'synthea');
  });
  afterAll(() => pipeline?.close());

  test('balances, and what the feed ignores is filtered row by row', () => {
    const mapped = ['patients', 'encounters', 'conditions', 'observations'];
    const tables = readdirSync(folder).map((name) => name.replace('.csv', ''));
    const ignored = tables.filter((table) => !mapped.includes(table)).flatMap(rows);
    expect(result).toMatchObject({
      ...{ balanced: true, dead: 0, duplicate: 0, in: tables.flatMap(rows).length, filtered: ignored.length },
      filteredByReason: { 'table-not-mapped': ignored.length },
    });
  });

  test('is searchable: 3 patients, 82 encounters, 71 conditions, 819 observations', async () => {
    expect(await countFhir(pipeline, 'Patient')).toBe(3);
    expect(await countFhir(pipeline, 'Encounter')).toBe(82);
    expect(await countFhir(pipeline, 'Condition')).toBe(71);
    expect(await countFhir(pipeline, 'Observation')).toBe(819);
  });

  test('hangs every encounter on the patient that its row names', async () => {
    for (const row of rows('patients')) {
      const [patient] = await searchFhir(pipeline, `Patient?identifier=${row['Id']}`);
      expect(patient).toMatchObject({ birthDate: row['BIRTHDATE'], gender: row['GENDER'] === 'F' ? 'female' : 'male' });
      const stated = rows('encounters').filter(({ PATIENT }) => PATIENT === row['Id']).length;
      expect(await countFhir(pipeline, `Encounter?patient=${patient?.id}`)).toBe(stated);
    }
  });

  test('loads nothing twice when tables come again', async () => {
    // The table of patients names no time, so the time of arrival is part of a record's identity (SEMANTICS 8.2): it is
    // no duplicate, and converges to no change.
    expect(again).toMatchObject({ in: 85, duplicate: 82, imported: 3, resources: {}, updated: {}, balanced: true });
    const versions = (await searchFhir(pipeline, 'Patient')).map(({ meta }) => meta.versionId);
    expect(versions).toEqual(['1', '1', '1']);
    expect(await countFhir(pipeline, 'Encounter')).toBe(82);
    expect(pipeline.faults).toEqual([]);
  });
});
