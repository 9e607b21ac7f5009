import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '../../core/canonical.ts';
import type { TracedConversion } from '../../core/mapping/convert-message.ts';
import { plan } from '../../core/mapping/generated/plan.ts';
import { emptyRoot, mergeLines } from '../../core/merge/merge.ts';
import { renderState } from '../../core/merge/render.ts';
import { stageConversion } from '../../core/merge/stage.ts';
import type { StagedLine } from '../../core/merge/statement.ts';
import { bytesOf, converterOf, fixturesOf, root, sha256 } from '../unit/core/mapping/fixtures.ts';

const folder = 'test/fixtures/hl7v2';
const texts = fixturesOf(folder, '.hl7').map((file) => readFileSync(join(root, folder, file), 'utf8'));
const convert = (text: string, converter = converterOf(`${folder}/feed.yaml`)): TracedConversion =>
  converter.convertMessage(bytesOf(text));

/** What a file of these messages leaves in the store: every resource as it is rendered, whatever the order of merging. */
function stored(messages: readonly string[]): string {
  const converter = converterOf(`${folder}/feed.yaml`);
  const lines: StagedLine[] = messages.flatMap((text, at) => {
    const conversion = convert(text, converter);
    if (conversion.state !== 'mapped') return [];
    const staging = stageConversion(conversion, {
      ...{ batch: 'b', ordinal: at + 1, hash: sha256(text), feed: 'fixtures', mappingVersion: 1 },
      arrivedAt: Date.UTC(2030, 0, 1),
    });
    return staging.ok ? staging.lines : [];
  });
  const byRoot = Map.groupBy(lines, (line) => line.root);
  const resources = [...byRoot].flatMap(([name, own]) => Object.values(mergeLines(emptyRoot(name), own).resources));
  return canonical(resources.map(renderState).toSorted((left, right) => (left.id < right.id ? -1 : 1)));
}

test('every structure that is mapped has a fixture', () => {
  const sent = new Set(texts.map((text) => convert(text).messageType));
  const without = plan.messages.filter(({ types }) => !types.some((type) => sent.has(type)));
  expect(without.map(({ structure }) => structure)).toEqual([]);
});

test('the order of unrelated messages changes nothing of what each states', () => {
  const alone = new Map(texts.map((text) => [text, JSON.stringify(convert(text))]));
  fc.assert(
    fc.property(fc.shuffledSubarray(texts, { minLength: 2, maxLength: 12 }), (messages) => {
      const converter = converterOf(`${folder}/feed.yaml`);
      for (const text of messages) expect(JSON.stringify(convert(text, converter))).toBe(alone.get(text));
    }),
    { numRuns: 40 },
  );
});

test('the order of messages changes nothing of the store (SEMANTICS 1.4)', () => {
  const whole = stored(texts);
  expect(whole.length).toBeGreaterThan(10_000);
  fc.assert(
    fc.property(fc.shuffledSubarray(texts, { minLength: texts.length }), (messages) => {
      expect(stored(messages)).toBe(whole);
    }),
    { numRuns: 5 },
  );
});

type Edit = (held: string[], lent: readonly string[], from: number, to: number) => void;

const edit = {
  drop: (held, _, from) => held.splice(from, 1),
  double: (held, _, from, to) => held.splice(to, 0, held[from] ?? ''),
  swap: (held, _, from, to) => {
    [held[from], held[to]] = [held[to] ?? '', held[from] ?? ''];
  },
  lend: (held, lent, from, to) => held.splice(to, 0, lent[from % Math.max(lent.length, 1)] ?? ''),
} satisfies Readonly<Record<string, Edit>>;

const segmentsOf = (text: string): string[] => text.trimEnd().split(/\r\n|\r|\n/);

/** A message with whole segments left out, doubled, exchanged or lent by another message, and with another type. */
const rearranged = fc
  .record({
    text: fc.constantFrom(...texts),
    other: fc.constantFrom(...texts),
    type: fc.constantFrom('', ...plan.messages.flatMap(({ types }) => types)),
    edits: fc.array(fc.tuple(fc.constantFrom(...Object.values<Edit>(edit)), fc.nat(60), fc.nat(60)), { maxLength: 8 }),
  })
  .map(({ text, other, type, edits }) => {
    const [header = '', ...held] = segmentsOf(text);
    const lent = segmentsOf(other).slice(1);
    for (const [change, from, to] of edits) {
      const count = Math.max(held.length, 1);
      change(held, lent, from % count, to % count);
    }
    const fields = header.split('|');
    if (type !== '') fields[8] = type;
    return [fields.join('|'), ...held].join('\r');
  });

test('a rearranged message of any type ends with a state, twice the same, and names no resource that it lacks', () => {
  const converter = converterOf(`${folder}/feed.yaml`);
  fc.assert(
    fc.property(rearranged, (text) => {
      const conversion = convert(text, converter);
      expect(['mapped', 'dead', 'filtered']).toContain(conversion.state);
      expect(JSON.stringify(convert(text, converter))).toBe(JSON.stringify(conversion));
      if (conversion.state !== 'mapped') return;
      const made = new Set(conversion.resources.map(({ type, id }) => `${type}/${id}`));
      const named = JSON.stringify(conversion.resources).matchAll(/"reference":"([A-Z][A-Za-z]+\/[0-9a-f-]{36})"/g);
      for (const [, reference = ''] of named) expect(made).toContain(reference);
    }),
    { numRuns: 800 },
  );
});
