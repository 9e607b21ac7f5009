import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePlan } from '../../../../core/mapping/compile/plan.ts';
import { functions } from '../../../../core/mapping/functions.ts';
import { plan } from '../../../../core/mapping/generated/plan.ts';
import { LinkedTable, linkTable } from '../../../../core/mapping/link-value.ts';
import { CellPlace } from '../../../../core/mapping/place.ts';
import type { CodeTable, Rule } from '../../../../core/mapping/rule.ts';
import type { Setting } from '../../../../core/mapping/run.ts';
import { Run } from '../../../../core/mapping/run.ts';
import { Trace } from '../../../../core/mapping/trace.ts';
import { readSources } from '../../../../tools/mappings/read-sources.ts';
import { readYaml } from '../../../../tools/mappings/read-yaml.ts';
import { root } from './fixtures.ts';

const { sources } = readSources(join(root, 'mappings'));
const official = Object.values(sources.tables as Record<string, { official?: string }>).flatMap(
  (table) => table.official ?? [],
);

test('all 99 official code tables are carried, each by one file', () => {
  expect(official).toHaveLength(99);
  expect(new Set(official).size).toBe(99);
});

const ruleOf = (type: string): Rule => ({
  key: 'X.r1',
  from: [],
  to: [],
  type,
  choice: false,
  via: { name: 'text', argument: '' },
  set: [],
  slot: '',
  ignore: false,
});

function readCode(table: CodeTable, type: string, code: string): { readonly value: unknown; readonly run: Run } {
  const run = new Run({} as Setting, new Trace());
  const value = linkTable(ruleOf(type), functions.text, new LinkedTable(table))([new CellPlace(code, 'X')], run, '');
  return { value, run };
}

test.each(Object.values(plan.tables).filter((table) => Object.keys(table.codes).length > 0))(
  'every code of $name becomes its target',
  (table) => {
    for (const [code, row] of Object.entries(table.codes)) {
      const { value, run } = readCode(table, 'code', code);
      expect(value).toBe(row.code);
      expect(run.issues).toEqual([]);
      expect(run.trace?.written).toEqual([`${table.name} ${code}`]);
      const system = row.system ?? table.target;
      expect(readCode(table, 'Coding', code).value).toMatchObject({
        code: row.code,
        ...(system === '' ? {} : { system }),
      });
    }
  },
);

const problemsOf = (yaml: string): readonly string[] =>
  compilePlan({ ...sources, tables: { ...sources.tables, 'HL70001-AdministrativeGender': readYaml(yaml).value } })
    .problems.filter((problem) => problem.file === 'HL70001-AdministrativeGender')
    .map((problem) => `${problem.rule}: ${problem.text}`);

const head = 'table: HL70001-AdministrativeGender\nsource: v2-0001\ntarget: administrative-gender\n';

test.each([
  [
    'a code that its FHIR system does not hold',
    'codes: { F: woman }',
    'binding: "woman" is no code of http://hl7.org/fhir/administrative-gender',
  ],
  ['a code that is mapped and kept', 'codes: { F: female }\nkept: [F]', 'code: "F" is both mapped and kept'],
  ['a table without codes', 'kept: [F]', 'shape: a code table without codes maps nothing'],
  [
    'a listed code that is mapped too',
    'codes: { F: { skip: old, code: female } }',
    'listed code: unknown key "code"; known are skip, instead',
  ],
  [
    'a map that has no official name',
    "official: 'Sex[a b]'\ncodes: { F: female }",
    'official: "Sex[a b]" is no name of an official map',
  ],
])('%s is refused', (_, rest, problem) => {
  expect(problemsOf(head + rest)).toEqual([problem]);
});

test('a table whose codes a site makes itself, and codes that are listed, compile to nothing', () => {
  expect(problemsOf(`${head}codes: {}`)).toEqual([]);
  expect(problemsOf(`${head}codes: { F: female, X: { instead: 'a row tells it' } }\nkept: [U]`)).toEqual([]);
});
