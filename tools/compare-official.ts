/**
 * Compares `mappings/hl7v2` with the official HL7 v2-to-FHIR tables, row by row, and writes
 * `docs/generated/hl7v2-coverage.md`. With `--check` it writes nothing and exits 1 when that page is stale. What our files
 * wrongly say of the official ones is printed and exits 1 either way. The tables are no part of this repository: where
 * they are absent, nothing is compared, and it says so.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compilePlan } from '../core/mapping/compile/plan.ts';
import { carriedRows, carriedTables, envelopeRows, readWholeMaps } from './mappings/official/carried.ts';
import { compare } from './mappings/official/compare.ts';
import { coveragePage, summaryOf } from './mappings/official/page.ts';
import { hasOfficialTables, readOfficialTables } from './mappings/official/read-official.ts';
import { writtenRows } from './mappings/official/traces.ts';
import { readSources } from './mappings/read-sources.ts';

const root = join(import.meta.dirname, '..');
const samples = join(root, '../shared/data/hl7v2');
const tables = join(samples, 'official-tables');
const target = join(root, 'docs/generated/hl7v2-coverage.md');

if (!hasOfficialTables(tables)) {
  console.log(
    'SKIPPED: coverage of the official tables is not compared, since ../shared/data/hl7v2/official-tables is absent',
  );
  process.exit(0);
}

const read = readSources(join(root, 'mappings'));
const { plan, problems } = compilePlan(read.sources);
if (problems.length > 0) {
  console.error('The mapping files do not compile: run node tools/compile-mappings.ts');
  process.exit(1);
}

const segments = Object.entries(read.sources.segments) as [string, { official?: string | string[] }][];
const official = readOfficialTables(tables);
const comparison = compare(official, {
  // What a message table itself says of a row of the envelope goes before.
  ledger: new Map([...envelopeRows(read, official), ...carriedRows(read, plan)]),
  tables: carriedTables(read, plan),
  whole: readWholeMaps(readFileSync(join(root, 'mappings/hl7v2/official.yaml'), 'utf8')),
  segments: new Map(segments.map(([name, { official = [] }]) => [name, [official].flat()])),
  written: writtenRows(root, samples),
});
const page = coveragePage(comparison);

if (comparison.faults.length > 0) {
  console.error(comparison.faults.join('\n'));
  process.exitCode = 1;
}
console.log(summaryOf(comparison));
if (!process.argv.includes('--check')) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, page);
} else if (readFileSync(target, 'utf8') !== page) {
  console.error('docs/generated/hl7v2-coverage.md is stale: run node tools/compare-official.ts and commit it');
  process.exitCode = 1;
}
