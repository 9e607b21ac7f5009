import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../../../core/hl7v2/parse.ts';
import { valueAt } from '../../../../core/hl7v2/path.ts';

interface ParserCase {
  readonly name: string;
  readonly message: string;
  readonly path: string;
  readonly expect: string | null | { readonly issue: true };
}

const shared = '../shared/data/hl7v2/parser-cases.json';

/** Cases are data: ours in the fixture folder, and the project's shared ones where they are at hand. */
function casesIn(file: string): readonly ParserCase[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: ParserCase[] }).cases;
}

function check(one: ParserCase): void {
  const parsed = parseMessage(new TextEncoder().encode(one.message), {});
  if (typeof one.expect === 'object' && one.expect !== null) {
    expect(parsed.ok).toBe(false);
    expect(parsed.issues.length).toBeGreaterThan(0);
    return;
  }
  if (!parsed.ok) throw new Error(`refused: ${parsed.issues[0]?.code}`);
  expect(valueAt(parsed.value, one.path) ?? null).toBe(one.expect);
}

describe('our parser cases', () => {
  const cases = casesIn('test/fixtures/hl7v2-parser/cases.json');
  test('there are at least 20 of them', () => expect(cases.length).toBeGreaterThanOrEqual(20));
  test.each(cases)('$name', check);
});

describe.skipIf(!existsSync(shared))('the shared parser cases', () => {
  const cases = existsSync(shared) ? casesIn(shared) : [];
  test('there are 38 of them', () => expect(cases).toHaveLength(38));
  test.each(cases)('$name', check);
});
