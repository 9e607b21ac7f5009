import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../cli/result.ts';
import { type Ended, tributary } from './support/command.ts';
import { countFhir } from './support/fhir.ts';
import { admission } from './support/hl7.ts';
import { type Pipeline, startPipeline } from './support/pipeline.ts';

const TRIBUTARY_FUNCTION_OVERRIDES = JSON.stringify({
  Convert: new URL('plants/convert-that-skips.ts', import.meta.url).href,
});

let directory: string;
let file: string;
let ended: Ended;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-e2e-planted-'));
  file = join(directory, 'thirty.hl7');
  await writeFile(file, Array.from({ length: 30 }, (_, index) => admission(`T${index}`, `${7000 + index}`)).join(''));
  ended = await tributary(['run', file, '--feed', 'default', '--directory', join(directory, 'faulty')], {
    TRIBUTARY_FUNCTION_OVERRIDES,
  });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('with a parser that skips every tenth message, run exits 2 and says that the book does not balance', () => {
  expect(ended.code, ended.stderr).toBe(2);
  expect(ended.stdout).toContain('THE BOOK DOES NOT BALANCE');
});

test('nothing of the drop is loaded, and status says so in numbers', async () => {
  const pipeline: Pipeline = await startPipeline({ directory: join(directory, 'faulty') });
  try {
    const status = await tributary(['status', '--json'], { AWS_ENDPOINT_URL: pipeline.endpoint });
    expect(status.code).toBe(2);
    const { batches } = JSON.parse(status.stdout) as { batches: unknown[] };
    expect(batches).toMatchObject([{ state: 'unbalanced', balanced: false, counted: 30, counts: { staged: 27 } }]);
    expect(await countFhir(pipeline, 'Patient')).toBe(0);
  } finally {
    await pipeline.close();
  }
});

test('the same drop balances with the parser that is shipped', async () => {
  const well = await tributary(['run', file, '--feed', 'default', '--json', '--directory', join(directory, 'well')]);
  expect(well.code, well.stderr).toBe(0);
  expect(JSON.parse(well.stdout) as RunResult).toMatchObject({ in: 30, imported: 30, balanced: true });
});
