import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FoundEntity } from '../../../../local/comprehendmedical/entity.ts';
import { readText } from '../../../../local/comprehendmedical/read-text.ts';

interface Expected {
  readonly text: string;
  readonly category: string;
  readonly type: string;
  readonly traits: readonly string[];
  readonly attributes?: readonly { readonly type: string; readonly text: string }[];
  readonly icd10?: string;
  readonly rxnorm?: string;
  readonly snomed?: string;
}

interface Sentence {
  readonly text: string;
  readonly expect: readonly Expected[];
  readonly outside?: readonly string[];
}

const { sentences } = JSON.parse(readFileSync(new URL('./sentences.json', import.meta.url), 'utf8')) as {
  sentences: Sentence[];
};

const key = ({ text, category, type, traits, attributes = [] }: Expected) =>
  JSON.stringify([
    text,
    category,
    type,
    [...traits].sort(),
    attributes.map((part) => `${part.type} ${part.text}`).sort(),
  ]);

const found = (text: string, { start, end, category, type, traits, attributes }: FoundEntity): Expected => ({
  text: text.slice(start, end),
  category,
  type,
  traits,
  attributes: attributes.map((part) => ({ type: part.type, text: text.slice(part.start, part.end) })),
});

interface Score {
  expected: number;
  hit: number;
  missed: string[];
  extra: string[];
}

function scoreOf(chosen: readonly Sentence[]): Score {
  const score: Score = { expected: 0, hit: 0, missed: [], extra: [] };
  for (const sentence of chosen) {
    const have = new Set(readText(sentence.text).entities.map((entity) => key(found(sentence.text, entity))));
    const want = new Set(sentence.expect.map(key));
    score.expected += want.size;
    const missed = [...want].filter((one) => !have.has(one));
    score.hit += want.size - missed.length;
    score.missed.push(...missed.map((one) => `${sentence.text} ${one}`));
    score.extra.push(...[...have].filter((one) => !want.has(one)).map((one) => `${sentence.text} ${one}`));
  }
  return score;
}

const inside = sentences.filter(({ outside }) => !outside);
const withOutside = sentences.filter(({ outside }) => outside);

test('the sentences are at least sixty, and a third of them hold terms that the dictionary does not know', () => {
  expect(sentences.length).toBeGreaterThanOrEqual(60);
  expect(withOutside.length * 3).toBeGreaterThanOrEqual(sentences.length);
});

test('known terms are found with their traits and attributes; the one expectation that is not met is named', () => {
  const score = scoreOf(inside);
  // The dictionary reads "breast cancer" as one condition and no anatomy beside it.
  expect(score.missed).toEqual(['Mother had breast cancer. ["breast","ANATOMY","SYSTEM_ORGAN_SITE",[],[]]']);
  expect(score.extra).toEqual([]);
  expect(score.hit).toBe(score.expected - 1);
});

test('of the terms outside the dictionary none is found, and the known ones beside them keep their traits', () => {
  const outside = withOutside.flatMap(({ text, outside: terms = [] }) => terms.map((term) => ({ text, term })));
  expect(outside.length).toBeGreaterThanOrEqual(27);
  const recalled = outside.filter(({ text, term }) =>
    readText(text).entities.some(({ start, end }) => text.slice(start, end).toLowerCase() === term.toLowerCase()),
  );
  expect(recalled).toEqual([]);
  const score = scoreOf(withOutside);
  expect(score.missed).toEqual([]);
  // A known word inside an unknown term is taken for the known condition.
  expect(score.extra).toEqual([expect.stringContaining('["bronchitis","MEDICAL_CONDITION"')]);
});

test('codes are those that the sentences expect', () => {
  const wrong: string[] = [];
  for (const { text, expect: wanted } of sentences) {
    const { entities } = readText(text);
    for (const { text: words, icd10, rxnorm, snomed } of wanted) {
      const term = entities.find(({ start, end }) => text.slice(start, end) === words)?.term;
      for (const [want, have] of [
        [icd10, term?.icd10?.code],
        [rxnorm, term?.rxnorm?.code],
        [snomed, term?.snomed?.code],
      ]) {
        if (want !== undefined && want !== have) wrong.push(`${words}: ${want} is ${have}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
